//! What Terraform plans, or knows to exist, as a [`Plan`].
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::places::{Places, without_index};
use crate::{
    deploy::{Action, Change, Drift, Plan, data},
    diagnostic::{Diagnostic, Result},
    iam,
};

/// What `terraform show -json` tells of a plan.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    resource_changes: Vec<ResourceChange>,
    resource_drift: Vec<ResourceChange>,
    output_changes: BTreeMap<String, Difference>,
    configuration: Value,
}

/// What it tells of the state.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct State {
    values: Values,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Values {
    root_module: Module,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Module {
    resources: Vec<Resource>,
}

/// A resource that Terraform knows to exist.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resource {
    pub(super) address: String,
    pub(super) mode: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) values: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResourceChange {
    pub(super) address: String,
    mode: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    action_reason: String,
    pub(super) change: Difference,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Difference {
    actions: Vec<String>,
    pub(super) before: Value,
    pub(super) after: Value,
    after_unknown: Value,
    replace_paths: Vec<Vec<Value>>,
}

/// Reads what Terraform printed.
pub(super) fn read<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Diagnostic::new(format!("cannot understand what Terraform shows: {error}")).into()
    })
}

impl Shown {
    /// What is planned.
    pub(super) fn plan(&self, places: &Places) -> Plan {
        let mut changes: Vec<_> = self.resources().filter_map(|it| it.change(places)).collect();
        changes.sort_by_key(|change| change.action);
        // What was never ended differs from what was planned, and nobody has changed it.
        let begun =
            |address: &str| self.resources().any(|it| it.is_tainted() && it.address == address);
        let drift = self.resource_drift.iter().filter(|it| !begun(&it.address));
        let drift = drift.filter_map(|it| self.drift(it, places)).collect();
        let policies = self.resources().filter(|it| it.kind == ROLE_POLICY);
        let policies = policies.filter_map(|it| policy(&it.change.before)).collect();
        let outputs = self.output_changes.iter().filter(|(_, it)| it.actions != ["no-op"]);
        let outputs = outputs.map(|(name, _)| name.clone()).collect();
        Plan { changes, drift, policies, outputs }
    }

    /// The resources that are managed, whatever becomes of them.
    pub(super) fn resources(&self) -> impl Iterator<Item = &ResourceChange> {
        self.resource_changes.iter().filter(|it| it.mode == "managed")
    }

    /// Only what the configuration says can have been changed by somebody: the provider also
    /// tells what AWS has filled in meanwhile.
    fn drift(&self, resource: &ResourceChange, places: &Places) -> Option<Drift> {
        let gone = resource.change.after.is_null();
        let written = self.written(&resource.address);
        let attributes: Vec<_> = resource
            .change
            .different()
            .into_iter()
            .filter(|name| written.is_some_and(|written| written.get(name).is_some()))
            .collect();
        (gone || !attributes.is_empty()).then(|| Drift {
            address: resource.address.clone(),
            kind: resource.kind.clone(),
            name: name(&resource.change.before),
            attributes: if gone { Vec::new() } else { attributes },
            at: places.of(&resource.address),
        })
    }

    /// The attributes that the configuration has of a resource.
    fn written(&self, address: &str) -> Option<&Value> {
        let all = self.configuration["root_module"]["resources"].as_array()?;
        let found = all.iter().find(|it| it["address"] == without_index(address))?;
        found.get("expressions")
    }
}

const ROLE_POLICY: &str = "aws_iam_role_policy";

/// The policy that a function's role has, by the name of the role.
fn policy(before: &Value) -> Option<(String, Value)> {
    let role = before["role"].as_str().filter(|_| before["name"] == iam::POLICY)?;
    let policy = serde_json::from_str(before["policy"].as_str()?).ok()?;
    Some((role.to_owned(), policy))
}

impl Resource {
    /// As AWS calls it.
    pub(super) fn name(&self) -> Option<String> {
        name(&self.values)
    }
}

impl State {
    /// The resources that are managed.
    pub(super) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.values.root_module.resources.iter().filter(|it| it.mode == "managed")
    }

    /// The addresses of what AWS deletes only once it is allowed to.
    pub(super) fn protected(&self) -> impl Iterator<Item = &str> {
        const PROTECTIONS: [&str; 2] = ["deletion_protection", "deletion_protection_enabled"];
        let is = |it: &&Resource| PROTECTIONS.iter().any(|name| it.values[*name] == true);
        self.resources().filter(is).map(|it| it.address.as_str())
    }

    /// What destroying everything does, but for what stays.
    pub(super) fn destruction(&self, stays: impl Fn(&str) -> bool, places: &Places) -> Plan {
        let change = |it: &Resource| Change {
            address: it.address.clone(),
            kind: it.kind.clone(),
            name: it.name(),
            action: if stays(&it.address) { Action::Leave } else { Action::Destroy },
            attributes: Vec::new(),
            loses_besides: None,
            at: places.of(&it.address),
        };
        let mut changes: Vec<_> = self.resources().map(change).collect();
        changes.sort_by_key(|change| change.action);
        Plan { changes, ..Plan::default() }
    }
}

impl ResourceChange {
    pub(super) fn action(&self) -> Option<Action> {
        let actions: Vec<_> = self.change.actions.iter().map(String::as_str).collect();
        Some(match actions.as_slice() {
            ["create"] => Action::Add,
            ["update"] => Action::Change,
            ["delete"] => Action::Destroy,
            ["forget"] => Action::Leave,
            ["create", "delete"] | ["delete", "create"] if self.is_unfinished() => Action::Change,
            ["create", "delete"] | ["delete", "create"] => Action::Replace,
            _ => return None,
        })
    }

    /// Whether its creation was begun and not ended.
    fn is_tainted(&self) -> bool {
        self.action_reason == "replace_because_tainted"
    }

    /// Whether its creation was begun and not ended, and somebody may have put data into it since.
    /// Terraform would make it anew; it can be finished as well.
    pub(super) fn is_unfinished(&self) -> bool {
        self.is_tainted() && data::lost(&self.kind, Action::Destroy).is_some()
    }

    fn change(&self, places: &Places) -> Option<Change> {
        let action = self.action()?;
        let change = &self.change;
        let attributes = match action {
            // It is not known yet what is missing.
            Action::Change if self.is_unfinished() => Vec::new(),
            Action::Change => change.different(),
            Action::Replace => change.forcing(),
            Action::Add | Action::Destroy | Action::Leave => Vec::new(),
        };
        Some(Change {
            address: self.address.clone(),
            kind: self.kind.clone(),
            name: name(&change.after).or_else(|| name(&change.before)),
            action,
            attributes,
            loses_besides: match action {
                Action::Change if !self.is_unfinished() => {
                    data::shortened(&self.kind, &change.before, &change.after)
                }
                _ => None,
            },
            at: places.of(&self.address),
        })
    }
}

impl Difference {
    /// The attributes whose values differ; if none is known to, those that are known only when it
    /// is done.
    fn different(&self) -> Vec<String> {
        let empty = serde_json::Map::new();
        let before = self.before.as_object().unwrap_or(&empty);
        let after = self.after.as_object().unwrap_or(&empty);
        let same = |name: &str, value: &Value| before.get(name).unwrap_or(&Value::Null) == value;
        let known = after.iter().filter(|(name, value)| !same(name, value));
        let mut known: Vec<_> = known.map(|(name, _)| name.clone()).collect();
        // The provider's own sum of them.
        if known.iter().any(|name| name == "tags") {
            known.retain(|name| name != "tags_all");
        }
        if !known.is_empty() {
            return known;
        }
        let unknown = self.after_unknown.as_object().into_iter().flatten();
        unknown.filter(|(_, value)| **value == true).map(|(name, _)| name.clone()).collect()
    }

    /// The attributes that cannot be changed.
    fn forcing(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .replace_paths
            .iter()
            .filter_map(|path| path.first()?.as_str().map(str::to_owned))
            .collect();
        names.dedup();
        names
    }
}

/// The name that a resource has in AWS, whatever the provider calls it.
fn name(values: &Value) -> Option<String> {
    const NAMES: [&str; 9] = [
        "function_name",
        "bucket",
        "cluster_identifier",
        "replication_task_id",
        "replication_instance_id",
        "replication_config_identifier",
        "endpoint_id",
        "identifier",
        "name",
    ];
    let tag = values["tags"]["Name"].as_str();
    let own = NAMES.iter().find_map(|name| values[*name].as_str());
    own.or(tag).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(actions: &[&str], before: Value, after: Value) -> Value {
        json!({ "address": "aws_sqs_queue.x[0]", "mode": "managed", "type": "aws_sqs_queue",
                "change": { "actions": actions, "before": before, "after": after,
                            "after_unknown": {}, "replace_paths": [["name"], ["name"]] } })
    }

    fn shown(changes: &[Value], drift: &[Value]) -> Plan {
        let configuration = json!({ "root_module": { "resources": [
            { "address": "aws_sqs_queue.x", "expressions": { "name": {}, "delay": {} } },
        ] } });
        let shown: Shown = serde_json::from_value(json!({ "resource_changes": changes,
            "resource_drift": drift, "configuration": configuration }))
        .unwrap();
        let mut places = Places::default();
        places.read("# src/lib.rs:7\nresource \"aws_sqs_queue\" \"x\" {\n}\n");
        shown.plan(&places)
    }

    #[test]
    fn a_change_has_its_attributes_and_its_line() {
        let plan = shown(
            &[
                change(&["no-op"], json!({}), json!({})),
                change(
                    &["update"],
                    json!({ "name": "q", "delay": 1, "same": [1] }),
                    json!({ "name": "q", "delay": 2, "same": [1] }),
                ),
            ],
            &[],
        );
        let [change] = plan.changes.as_slice() else { panic!("{plan:?}") };
        assert_eq!(
            (change.action, change.attributes.as_slice()),
            (Action::Change, &["delay".to_owned()][..])
        );
        assert_eq!(change.name.as_deref(), Some("q"));
        assert_eq!(change.at.as_ref().unwrap().to_string(), "src/lib.rs:7");
    }

    #[test]
    fn what_is_replaced_says_why_and_loses_its_data() {
        let plan = shown(&[change(&["delete", "create"], json!({}), json!({ "name": "q" }))], &[]);
        assert_eq!(plan.changes[0].attributes, ["name"]);
        assert_eq!(plan.losses().count(), 1);
    }

    #[test]
    fn what_was_begun_is_ended_if_it_may_hold_data() {
        let tainted = |kind: &str| {
            let mut change = change(&["delete", "create"], json!({}), json!({ "name": "q" }));
            change["type"] = json!(kind);
            change["action_reason"] = json!("replace_because_tainted");
            shown(&[change], &[]).changes.remove(0)
        };
        let queue = tainted("aws_sqs_queue");
        assert_eq!((queue.action, queue.loses()), (Action::Change, None));
        assert_eq!(tainted("aws_sns_topic").action, Action::Replace);
    }

    #[test]
    fn an_output_alone_is_a_change() {
        let output = |actions: &[&str]| {
            let shown = json!({ "output_changes": { "arn": { "actions": actions } } });
            serde_json::from_value::<Shown>(shown).unwrap().plan(&Places::default())
        };
        assert!(output(&["no-op"]).is_empty());
        assert_eq!(output(&["create"]).outputs, ["arn"]);
        assert!(!output(&["create"]).is_empty());
    }

    #[test]
    fn drift_is_what_the_configuration_says_or_all_of_it() {
        let plan = shown(
            &[],
            &[
                change(
                    &["update"],
                    json!({ "delay": 1, "arn": 1 }),
                    json!({ "delay": 3, "arn": 2 }),
                ),
                change(&["update"], json!({ "arn": 1 }), json!({ "arn": 2 })),
                change(&["delete"], json!({ "name": "q" }), Value::Null),
            ],
        );
        let told: Vec<_> = plan.drift.iter().map(|it| it.attributes.clone()).collect();
        assert_eq!(told, [vec!["delay".to_owned()], Vec::new()]);
    }

    #[test]
    fn only_the_policies_of_functions_are_read() {
        let policy = |name: &str| {
            json!({ "address": "p", "mode": "managed", "type": "aws_iam_role_policy", "change": {
                "actions": ["no-op"], "after": {},
                "before": { "name": name, "role": format!("dev-{name}"), "policy": "{\"Statement\":[]}" } } })
        };
        let plan = shown(&[policy("grants"), policy("secret")], &[]);
        assert_eq!(plan.policies.keys().collect::<Vec<_>>(), ["dev-grants"]);
    }

    #[test]
    fn what_stays_is_left() {
        let state: State =
            serde_json::from_value(json!({ "values": { "root_module": { "resources": [
            { "address": "a.x", "mode": "managed", "type": "a", "values": { "name": "n" } },
            { "address": "data.a.x", "mode": "data", "type": "a", "values": {} },
            { "address": "a.y", "mode": "managed", "type": "a", "values": {} },
        ] } } }))
            .unwrap();
        let plan = state.destruction(|address| address == "a.x", &Places::default());
        let told: Vec<_> = plan.changes.iter().map(|it| (it.address.as_str(), it.action)).collect();
        assert_eq!(told, [("a.y", Action::Destroy), ("a.x", Action::Leave)]);
    }
}
