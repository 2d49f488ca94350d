//! What a template says of its resources: the one that is deployed and the one that is to be.

use serde_json::Value;

use super::parameters::Values;
use crate::{
    deploy::{Action, Change},
    diagnostic::Place,
};

/// The properties that name a resource in AWS, of all types.
const NAMES: [&str; 19] = [
    "Name",
    "FunctionName",
    "TableName",
    "TopicName",
    "RoleName",
    "QueueName",
    "LogGroupName",
    "BucketName",
    "AliasName",
    "ArchiveName",
    "GroupName",
    "DBClusterIdentifier",
    "DBInstanceIdentifier",
    "DBSubnetGroupName",
    "DBClusterParameterGroupName",
    "ReplicationTaskIdentifier",
    "ReplicationConfigIdentifier",
    "ReplicationInstanceIdentifier",
    "EndpointIdentifier",
];

/// What a capture is that begins to run, in place of the names of properties.
pub(super) const STARTED: &str = "started";

/// A template of this tool's.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Template(Value);

impl Template {
    pub(super) fn new(template: Value) -> Self {
        Self(template)
    }

    /// What `get-template` answers with. A template that somebody deployed as YAML comes as a
    /// text, and counts as an empty one.
    pub(super) fn deployed(answer: &Value) -> Self {
        Self(
            answer.get("TemplateBody").filter(|body| body.is_object()).cloned().unwrap_or_default(),
        )
    }

    /// As it is uploaded.
    pub(super) fn text(&self) -> String {
        self.0.to_string()
    }

    /// What it says it is; empty if it says nothing.
    pub(super) fn description(&self) -> &str {
        self.0.get("Description").and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.section("Resources")
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.section("Parameters").map(|(name, _)| name.as_str())
    }

    fn section(&self, name: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.0.get(name).and_then(Value::as_object).into_iter().flatten()
    }

    fn resource(&self, id: &str) -> Option<&Value> {
        self.0.get("Resources")?.get(id)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.resource(id).is_some()
    }

    pub(super) fn kind(&self, id: &str) -> Option<&str> {
        self.resource(id)?.get("Type")?.as_str()
    }

    /// What is said of a resource; nothing of one that it does not have.
    pub(super) fn properties(&self, id: &str) -> &Value {
        self.resource(id).and_then(|it| it.get("Properties")).unwrap_or(&Value::Null)
    }

    pub(super) fn property(&self, id: &str, name: &str) -> Option<&Value> {
        self.resource(id)?.get("Properties")?.get(name)
    }

    /// The line of code that a resource comes from.
    pub(super) fn source(&self, id: &str) -> Option<Place> {
        let source = self.resource(id)?.pointer("/Metadata/Esteira/Source")?.as_str()?;
        let (file, line) = source.rsplit_once(':')?;
        Some(Place::new(file, line.parse().ok()?))
    }

    /// The name in AWS that a resource is given, if it is a plain text.
    pub(super) fn name(&self, id: &str) -> Option<String> {
        let properties = self.resource(id)?.get("Properties")?;
        NAMES.iter().find_map(|name| properties.get(name)?.as_str()).map(str::to_owned)
    }

    /// Whether a resource stays when it leaves the stack.
    pub(super) fn is_retained(&self, id: &str) -> bool {
        let policy = self.resource(id).and_then(|resource| resource.get("DeletionPolicy"));
        policy.and_then(Value::as_str).is_some_and(|policy| policy.starts_with("Retain"))
    }

    /// Whether a resource is made only where a condition holds.
    fn is_conditional(&self, id: &str) -> bool {
        self.resource(id).is_some_and(|resource| resource.get("Condition").is_some())
    }

    /// What becomes of a resource that leaves the stack.
    pub(super) fn leaving(&self, id: &str) -> Action {
        if self.is_retained(id) { Action::Leave } else { Action::Destroy }
    }

    /// What making this of another template comes to, as far as it can be told without AWS: not
    /// whether something has to be replaced. What is made under a condition is in it if `holds`.
    pub(super) fn changes(&self, from: &Self, holds: bool) -> Vec<Change> {
        let mut changes = Vec::new();
        for (id, new) in self.resources() {
            if self.is_conditional(id) && !holds {
                continue;
            }
            let (action, attributes) = match from.resource(id) {
                None => (Action::Add, Vec::new()),
                Some(old) => match differing(old, new) {
                    attributes if attributes.is_empty() => continue,
                    attributes => (Action::Change, attributes),
                },
            };
            changes.push(self.change(id, new, action, attributes));
        }
        let gone = from.resources().filter(|(id, _)| self.resource(id).is_none());
        changes.extend(gone.map(|(id, old)| from.change(id, old, from.leaving(id), Vec::new())));
        changes
    }

    /// What changes of the resources that this and another template have because parameters get
    /// other values.
    pub(super) fn refilled(&self, from: &Self, before: &Values, after: &Values) -> Vec<Change> {
        let other = |(name, value): &(&String, &String)| {
            before.get(*name).is_some_and(|before| before != *value)
        };
        let other: Vec<_> = after.iter().filter(other).map(|(name, _)| name.as_str()).collect();
        let refilled = self.resources().filter(|(id, _)| from.has(id)).map(|(id, resource)| {
            let properties = resource["Properties"].as_object().into_iter().flatten();
            let taking = properties.filter(|(_, it)| other.iter().any(|name| takes(it, name)));
            let attributes: Vec<_> = taking.map(|(property, _)| property.clone()).collect();
            self.change(id, resource, Action::Change, attributes)
        });
        refilled.filter(|change| !change.attributes.is_empty()).collect()
    }

    /// The change of a capture that only starts.
    pub(super) fn started(&self, id: &str) -> Change {
        let none = Value::Null;
        let capture = self.resource(id).unwrap_or(&none);
        self.change(id, capture, Action::Change, vec![STARTED.into()])
    }

    fn change(
        &self,
        id: &str,
        resource: &Value,
        action: Action,
        attributes: Vec<String>,
    ) -> Change {
        Change {
            address: id.to_owned(),
            kind: resource["Type"].as_str().unwrap_or_default().to_owned(),
            name: self.name(id),
            action,
            attributes,
            loses_besides: None,
            at: self.source(id),
        }
    }
}

/// Whether a value takes that of a parameter.
fn takes(value: &Value, parameter: &str) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|it| takes(it, parameter)),
        Value::Object(fields) => {
            let pattern = value["Fn::Sub"].as_str().unwrap_or_default();
            value["Ref"] == parameter
                || pattern.contains(&format!("${{{parameter}}}"))
                || fields.values().any(|it| takes(it, parameter))
        }
        _ => false,
    }
}

/// The properties in which two resources differ, and their attributes but for the metadata.
fn differing(old: &Value, new: &Value) -> Vec<String> {
    let names = |value: &Value| -> Vec<String> {
        value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let between = |old: &Value, new: &Value| -> Vec<String> {
        let mut all = names(old);
        all.extend(names(new));
        all.sort();
        all.dedup();
        all.retain(|name| old.get(name) != new.get(name));
        all
    };
    let mut attributes = between(old, new);
    attributes.retain(|name| name != "Metadata" && name != "Properties" && name != "DependsOn");
    attributes.extend(between(&old["Properties"], &new["Properties"]));
    attributes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(resources: Value) -> Template {
        Template::new(json!({ "Resources": resources }))
    }

    #[test]
    fn a_first_deploy_adds_everything_that_its_conditions_let() {
        let new = template(json!({
            "Avisos": { "Type": "AWS::SNS::Topic", "Properties": { "TopicName": "dev-Avisos" },
                        "Metadata": { "Esteira": { "Source": "src/lib.rs:7" } } },
            "DmsVpcRole": { "Type": "AWS::IAM::Role", "Condition": "C", "Properties": {} },
        }));
        let changes = new.changes(&Template::default(), false);
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((change.address.as_str(), change.action), ("Avisos", Action::Add));
        assert_eq!(change.name.as_deref(), Some("dev-Avisos"));
        assert_eq!(change.at, Some(Place::new("src/lib.rs", 7)));
        assert_eq!(new.changes(&Template::default(), true).len(), 2);
    }

    #[test]
    fn where_something_is_declared_is_no_change_of_it() {
        let at = |line: u32, retention: u32, policy: &str| {
            template(json!({
                "Fila": { "Type": "AWS::SQS::Queue", "DeletionPolicy": policy,
                          "Metadata": { "Esteira": { "Source": format!("src/lib.rs:{line}") } },
                          "Properties": { "MessageRetentionPeriod": retention } },
            }))
        };
        let old = at(1, 60, "Delete");
        assert_eq!(at(2, 60, "Delete").changes(&old, false), []);
        let changes = at(2, 90, "Delete").changes(&old, false);
        assert_eq!(changes[0].action, Action::Change);
        assert_eq!(changes[0].attributes, ["MessageRetentionPeriod"]);
        let gone = template(json!({})).changes(&old, false);
        assert_eq!(gone[0].action, Action::Destroy);
        let gone = template(json!({})).changes(&at(1, 60, "RetainExceptOnCreate"), false);
        assert_eq!(gone[0].action, Action::Leave);
    }

    #[test]
    fn another_value_of_a_parameter_changes_what_takes_it() {
        let function = |key: &str| {
            json!({ "Type": "AWS::Lambda::Function", "Properties": {
                "Code": { "S3Key": { "Ref": key } }, "Timeout": 30 } })
        };
        let template = template(json!({ "A": function("AKey"), "B": function("BKey") }));
        let values = |key: &str| {
            Values::from(
                [("AKey", key), ("BKey", "same")].map(|(n, v)| (n.to_owned(), v.to_owned())),
            )
        };
        let changes = template.refilled(&template, &values("1"), &values("2"));
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!((change.address.as_str(), change.action), ("A", Action::Change));
        assert_eq!(change.attributes, ["Code"]);
        assert_eq!(template.refilled(&template, &values("1"), &values("1")), []);
        assert_eq!(template.refilled(&Template::default(), &values("1"), &values("2")), []);
    }

    #[test]
    fn a_template_that_somebody_deployed_as_yaml_says_nothing() {
        let yaml = Template::deployed(&json!({ "TemplateBody": "Resources:\n" }));
        assert_eq!(yaml.resources().count(), 0);
        let ours = Template::deployed(&json!({ "TemplateBody": { "Resources": { "A": {} } } }));
        assert_eq!(ours.resources().count(), 1);
    }
}
