//! The policies that functions' roles have, read off the template that is deployed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::template::Template;

/// The policy of each role of a function, by the role's name in AWS. References are resolved to
/// the names of what they lead to; what only AWS knows stays a placeholder.
pub(super) fn of(template: &Template) -> BTreeMap<String, Value> {
    let mut policies = BTreeMap::new();
    for (id, resource) in template.resources() {
        // Only the roles of functions note where their statements come from.
        if resource.pointer("/Metadata/Esteira/Statements").is_none() {
            continue;
        }
        let document = resource.pointer("/Properties/Policies/0/PolicyDocument");
        if let (Some(role), Some(document)) = (template.name(id), document) {
            policies.insert(role, resolved(document, template));
        }
    }
    policies
}

fn resolved(value: &Value, template: &Template) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(|it| resolved(it, template)).collect(),
        Value::Object(entries) => match text(value, template) {
            Some(text) => text.into(),
            None => {
                let entry =
                    |(key, value): (&String, &Value)| (key.clone(), resolved(value, template));
                Value::Object(entries.iter().map(entry).collect())
            }
        },
        other => other.clone(),
    }
}

/// What a function of CloudFormation comes to, of those that our templates use.
fn text(value: &Value, template: &Template) -> Option<String> {
    if let Some(id) = value.get("Ref").and_then(Value::as_str) {
        return Some(reference(id, template));
    }
    if let Some([id, attribute]) =
        value.get("Fn::GetAtt").and_then(Value::as_array).map(Vec::as_slice)
    {
        return Some(self::attribute(id.as_str()?, attribute.as_str()?, template));
    }
    let pattern = value.get("Fn::Sub")?.as_str()?;
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        text += before;
        match (name.strip_prefix('!'), name.split_once('.')) {
            (Some(literal), _) => text += &format!("${{{literal}}}"),
            (None, Some((id, attribute))) => text += &self::attribute(id, attribute, template),
            (None, None) => text += &reference(name, template),
        }
        rest = after;
    }
    Some(text + rest)
}

fn reference(id: &str, template: &Template) -> String {
    match template.kind(id) {
        Some("AWS::SNS::Topic") => attribute(id, "Arn", template),
        Some(_) => name(id, template),
        None => format!("${{{}}}", id.trim_start_matches("AWS::")),
    }
}

fn attribute(id: &str, attribute: &str, template: &Template) -> String {
    let name = name(id, template);
    match (attribute, template.kind(id)) {
        ("Arn", Some("AWS::KMS::Key")) => format!("arn:aws:kms:::key/{name}"),
        ("Arn", Some("AWS::Logs::LogGroup")) => format!("arn:aws:logs:::log-group:{name}:*"),
        ("Arn", Some("AWS::S3::Bucket")) => format!("arn:aws:s3:::{name}"),
        ("Arn", kind) => format!("arn:aws:{}:::/{name}", kind.unwrap_or_default().replace(':', "")),
        _ => name,
    }
}

fn name(id: &str, template: &Template) -> String {
    template.name(id).unwrap_or_else(|| {
        let name = template.property(id, "BucketName").and_then(|name| text(name, template));
        name.unwrap_or_else(|| id.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cloudformation, deploy::permissions, fixture, graph::Graph, stage::Stage};

    #[test]
    fn the_policies_of_a_template_are_those_of_its_graph() {
        let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
        let template = Template::new(cloudformation::data(&graph).unwrap());
        let policies = of(&template);
        assert_eq!(policies.len(), graph.functions.len(), "one a function, and no other");
        let changes = permissions::changes(&graph, &policies);
        assert_eq!(changes, [], "what is deployed changes nothing");
    }

    #[test]
    fn what_only_aws_knows_stays_a_placeholder() {
        let template = Template::default();
        let value = serde_json::json!({ "Fn::Sub": "x-${AWS::AccountId}-${!literal}" });
        assert_eq!(text(&value, &template).unwrap(), "x-${AccountId}-${literal}");
    }
}
