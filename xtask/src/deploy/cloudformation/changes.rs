//! What AWS says of a change set, as changes of a plan.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html>

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::template::Template;
use crate::deploy::{Action, Change, data};

/// What `describe-change-set` answers with.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    pub(super) status: String,
    #[serde(default)]
    pub(super) status_reason: Option<String>,
    #[serde(default)]
    changes: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    resource_change: Option<ResourceChange>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceChange {
    action: String,
    logical_resource_id: String,
    #[serde(default)]
    physical_resource_id: Option<String>,
    resource_type: String,
    #[serde(default)]
    replacement: Option<String>,
    #[serde(default)]
    policy_action: Option<String>,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    target: Target,
    #[serde(default)]
    evaluation: Option<String>,
    #[serde(default)]
    change_source: Option<String>,
    #[serde(default)]
    causing_entity: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    #[serde(default)]
    attribute: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    requires_recreation: Option<String>,
}

impl Answer {
    /// Whether AWS found nothing to change, which it calls a failure of the change set.
    pub(super) fn is_empty(&self) -> bool {
        const NOTHING: [&str; 2] =
            ["The submitted information didn't contain changes", "No updates are to be performed"];
        let reason = self.status_reason.as_deref().unwrap_or_default();
        self.status == "FAILED" && NOTHING.iter().any(|text| reason.contains(text))
    }

    /// What exists and is taken over, by the logical id and the name.
    pub(super) fn imports(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.changes.iter().filter_map(|entry| entry.resource_change.as_ref());
        all.filter(|change| change.action == "Import").map(|change| {
            let name = change.physical_resource_id.as_deref().unwrap_or_default();
            (change.logical_resource_id.as_str(), name)
        })
    }

    /// The changes that are some. AWS lists every resource that refers to one that changes, and
    /// every one whose line of code moved.
    pub(super) fn changes(&self, new: &Template, old: &Template) -> Vec<Change> {
        let all: Vec<_> = self.changes.iter().filter_map(|c| c.resource_change.as_ref()).collect();
        let replaced = replaced(&all);
        let real = all.iter().filter_map(|change| {
            let id = &change.logical_resource_id;
            let (action, attributes) = match change.action.as_str() {
                "Add" | "Import" => (Action::Add, Vec::new()),
                "Remove" => match change.policy_action.as_deref() {
                    Some("Retain") => (Action::Leave, Vec::new()),
                    Some(_) => (Action::Destroy, Vec::new()),
                    None => (old.leaving(id), Vec::new()),
                },
                _ => {
                    let is_replaced = replaced.contains(id.as_str());
                    let details = change.details.iter().filter(|detail| {
                        detail.is_real(&replaced) && (!is_replaced || detail.target.may_replace())
                    });
                    let mut attributes: Vec<_> =
                        details.filter_map(|detail| detail.target.text()).collect();
                    attributes.sort();
                    attributes.dedup();
                    if attributes.is_empty() && !is_replaced {
                        return None;
                    }
                    let action = if is_replaced { Action::Replace } else { Action::Change };
                    (action, attributes)
                }
            };
            let of = if action == Action::Destroy || action == Action::Leave { old } else { new };
            Some(Change {
                address: id.clone(),
                kind: change.resource_type.clone(),
                name: of.name(id).or_else(|| change.physical_resource_id.clone()),
                action,
                attributes,
                loses_besides: match action {
                    Action::Change => {
                        let kind = &change.resource_type;
                        data::shortened(kind, old.properties(id), new.properties(id))
                    }
                    _ => None,
                },
                at: of.source(id),
            })
        });
        real.collect()
    }
}

/// The resources of which there will be another. Of some AWS only says that there may be, if
/// what they refer to becomes another; that is known once it is known of all.
fn replaced<'c>(changes: &[&'c ResourceChange]) -> HashSet<&'c str> {
    let mut certain = HashMap::new();
    for change in changes {
        certain.insert(change.logical_resource_id.as_str(), change.replacement.as_deref());
    }
    let mut replaced: HashSet<&str> = certain
        .iter()
        .filter(|(_, replacement)| **replacement == Some("True"))
        .map(|(id, _)| *id)
        .collect();
    loop {
        let more: Vec<&str> = changes
            .iter()
            .filter(|change| change.replacement.as_deref() == Some("Conditional"))
            .filter(|change| {
                change.details.iter().any(|d| d.target.may_replace() && d.is_real(&replaced))
            })
            .map(|change| change.logical_resource_id.as_str())
            .filter(|id| !replaced.contains(id))
            .collect();
        if more.is_empty() {
            return replaced;
        }
        replaced.extend(more);
    }
}

impl Detail {
    /// Whether it comes to anything. What is merely referred to changes nothing here as long as
    /// it stays the same resource: no attribute that is referred to is one that an update alters.
    fn is_real(&self, replaced: &HashSet<&str>) -> bool {
        if self.target.attribute.as_deref() == Some("Metadata") {
            return false;
        }
        match (self.change_source.as_deref(), self.causing_entity.as_deref()) {
            (Some("ResourceReference" | "ResourceAttribute"), Some(cause)) => {
                let id = cause.split('.').next().unwrap_or(cause);
                self.evaluation.as_deref() == Some("Static") || replaced.contains(id)
            }
            _ => true,
        }
    }
}

impl Target {
    fn may_replace(&self) -> bool {
        self.requires_recreation.as_deref().is_some_and(|when| when != "Never")
    }

    fn text(&self) -> Option<String> {
        self.name.clone().or_else(|| self.attribute.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The form of the answer is that of
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-samples.html>.
    fn changes(changes: Value) -> Vec<Change> {
        let set: Answer = serde_json::from_value(json!({
            "Changes": changes,
            "ChangeSetName": "esteira", "StackName": "my-stack", "Description": null,
            "ExecutionStatus": "AVAILABLE", "Status": "CREATE_COMPLETE", "StatusReason": null,
            "NotificationARNs": [], "RollbackConfiguration": {}, "Tags": null,
        }))
        .unwrap();
        let template = Template::new(json!({ "Resources": {
            "Inventario": { "Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate",
                            "Metadata": { "Esteira": { "Source": "src/infra.rs:4" } },
                            "Properties": { "TableName": "prod-Inventario" } },
        } }));
        set.changes(&template, &template)
    }

    fn modify(id: &str, replacement: &str, details: Value) -> Value {
        json!({ "Type": "Resource", "ResourceChange": {
            "Action": "Modify", "LogicalResourceId": id, "PhysicalResourceId": format!("{id}-1"),
            "ResourceType": "AWS::Lambda::Function", "Replacement": replacement,
            "Scope": ["Properties"], "Details": details,
        } })
    }

    #[test]
    fn a_change_names_the_properties_that_differ() {
        let details = json!([{
            "Target": { "Attribute": "Properties", "Name": "Timeout", "RequiresRecreation": "Never" },
            "Evaluation": "Static", "ChangeSource": "DirectModification",
        }]);
        let changes = changes(json!([modify("function", "False", details)]));
        assert_eq!(changes[0].action, Action::Change);
        assert_eq!(changes[0].attributes, ["Timeout"]);
        assert_eq!(changes[0].name.as_deref(), Some("function-1"));
    }

    #[test]
    fn what_moved_in_the_code_and_what_refers_to_it_does_not_change() {
        let moved = json!([{
            "Target": { "Attribute": "Metadata", "RequiresRecreation": "Never" },
            "Evaluation": "Static", "ChangeSource": "DirectModification",
        }]);
        let refers = json!([{
            "Target": { "Attribute": "Properties", "Name": "SourceArn", "RequiresRecreation": "Always" },
            "Evaluation": "Dynamic", "ChangeSource": "ResourceAttribute",
            "CausingEntity": "Rule.Arn",
        }]);
        let both = changes(json!([
            modify("Rule", "False", moved),
            modify("Permission", "Conditional", refers),
        ]));
        assert_eq!(both, []);
    }

    #[test]
    fn what_refers_to_a_replaced_resource_may_be_replaced_too() {
        let direct = json!([{
            "Target": { "Attribute": "Properties", "Name": "Name", "RequiresRecreation": "Always" },
            "Evaluation": "Static", "ChangeSource": "DirectModification",
        }]);
        let refers = |name: &str, cause: &str, recreation: &str| {
            json!([{
                "Target": { "Attribute": "Properties", "Name": name, "RequiresRecreation": recreation },
                "Evaluation": "Dynamic", "ChangeSource": "ResourceAttribute",
                "CausingEntity": cause,
            }])
        };
        let changes = changes(json!([
            modify("Last", "Conditional", refers("X", "Permission.Arn", "Always")),
            modify("Permission", "Conditional", refers("SourceArn", "Rule.Arn", "Always")),
            modify("Role", "False", refers("Policies", "Rule.Arn", "Never")),
            modify("Rule", "True", direct),
        ]));
        let actions: Vec<_> = changes.iter().map(|change| change.action).collect();
        assert_eq!(actions, [Action::Replace, Action::Replace, Action::Change, Action::Replace]);
        assert_eq!(changes[1].attributes, ["SourceArn"]);
    }

    #[test]
    fn what_is_removed_is_destroyed_or_left_as_its_policy_says() {
        let remove = |policy: Value| {
            json!({ "Type": "Resource", "ResourceChange": {
                "Action": "Remove", "LogicalResourceId": "Inventario", "Details": [],
                "PhysicalResourceId": "prod-Inventario", "ResourceType": "AWS::DynamoDB::Table",
                "PolicyAction": policy, "Scope": [],
            } })
        };
        let changes =
            changes(json!([remove("Retain".into()), remove("Delete".into()), remove(Value::Null)]));
        let actions: Vec<_> = changes.iter().map(|change| change.action).collect();
        assert_eq!(actions, [Action::Leave, Action::Destroy, Action::Leave]);
        assert_eq!(changes[0].at.as_ref().unwrap().to_string(), "src/infra.rs:4");
    }

    #[test]
    fn a_change_set_without_changes_has_failed() {
        let set = |status: &str, reason: &str| -> Answer {
            serde_json::from_value(json!({ "Status": status, "StatusReason": reason })).unwrap()
        };
        let nothing = "The submitted information didn't contain changes. Submit different \
                       information to create a change set.";
        assert!(set("FAILED", nothing).is_empty());
        assert!(set("FAILED", "No updates are to be performed.").is_empty());
        assert!(!set("FAILED", "Parameters: [CodeBucket] must have values").is_empty());
        assert!(!set("CREATE_COMPLETE", "").is_empty());
    }
}
