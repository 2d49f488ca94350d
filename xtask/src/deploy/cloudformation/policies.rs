//! The policies that functions' roles have, read off the template that is deployed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{parameters::Values, template::Template};

/// A template, with the values of its parameters.
#[derive(Clone, Copy)]
struct Source<'t> {
    template: &'t Template,
    values: &'t Values,
}

/// The policy of each role of a function, by the role's name in AWS. References are resolved to
/// the names of what they lead to, parameters to their values; what only AWS knows stays a
/// placeholder.
pub(super) fn of(template: &Template, values: &Values) -> BTreeMap<String, Value> {
    let source = Source { template, values };
    let mut policies = BTreeMap::new();
    for (id, resource) in template.resources() {
        // Only the roles of functions note where their statements come from.
        if resource.pointer("/Metadata/Esteira/Statements").is_none() {
            continue;
        }
        let document = resource.pointer("/Properties/Policies/0/PolicyDocument");
        if let (Some(role), Some(document)) = (template.name(id), document) {
            policies.insert(role, resolved(document, source));
        }
    }
    policies
}

fn resolved(value: &Value, source: Source<'_>) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(|it| resolved(it, source)).collect(),
        Value::Object(entries) => match text(value, source) {
            Some(text) => text.into(),
            None => {
                let entry =
                    |(key, value): (&String, &Value)| (key.clone(), resolved(value, source));
                Value::Object(entries.iter().map(entry).collect())
            }
        },
        other => other.clone(),
    }
}

/// What a function of CloudFormation comes to, of those that our templates use.
fn text(value: &Value, source: Source<'_>) -> Option<String> {
    if let Some(id) = value.get("Ref").and_then(Value::as_str) {
        return Some(reference(id, source));
    }
    if let Some([id, attribute]) =
        value.get("Fn::GetAtt").and_then(Value::as_array).map(Vec::as_slice)
    {
        return Some(self::attribute(id.as_str()?, attribute.as_str()?, source));
    }
    let pattern = value.get("Fn::Sub")?.as_str()?;
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        text += before;
        match (name.strip_prefix('!'), name.split_once('.')) {
            (Some(literal), _) => text += &format!("${{{literal}}}"),
            (None, Some((id, attribute))) => text += &self::attribute(id, attribute, source),
            (None, None) => text += &reference(name, source),
        }
        rest = after;
    }
    Some(text + rest)
}

fn reference(id: &str, source: Source<'_>) -> String {
    match source.template.kind(id) {
        Some("AWS::SNS::Topic") => attribute(id, "Arn", source),
        Some(_) => name(id, source),
        None if source.values.contains_key(id) => source.values[id].clone(),
        None => format!("${{{}}}", id.trim_start_matches("AWS::")),
    }
}

fn attribute(id: &str, attribute: &str, source: Source<'_>) -> String {
    let name = name(id, source);
    match (attribute, source.template.kind(id)) {
        ("Arn", Some("AWS::KMS::Key")) => format!("arn:aws:kms:::key/{name}"),
        ("Arn", Some("AWS::Logs::LogGroup")) => format!("arn:aws:logs:::log-group:{name}:*"),
        ("Arn", Some("AWS::S3::Bucket")) => format!("arn:aws:s3:::{name}"),
        ("Arn", kind) => format!("arn:aws:{}:::/{name}", kind.unwrap_or_default().replace(':', "")),
        _ => name,
    }
}

fn name(id: &str, source: Source<'_>) -> String {
    let template = source.template;
    template.name(id).unwrap_or_else(|| {
        let name = template.property(id, "BucketName").and_then(|name| text(name, source));
        name.unwrap_or_else(|| id.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cloudformation::{self, Limits},
        deploy::permissions,
        fixture,
        graph::Graph,
        stage::Stage,
    };

    fn templates(graph: &Graph, limits: &Limits) -> Vec<Template> {
        let templates = cloudformation::templates(graph, limits).unwrap();
        templates.iter().map(|it| Template::new(it.data().unwrap())).collect()
    }

    #[test]
    fn the_policies_of_a_template_are_those_of_its_graph() {
        let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
        let few = Limits { resources: 40, ..Limits::AWS };
        let key = Values::from([("ChaveKeyArn".into(), "arn:aws:kms:us-east-1:1:key/7".into())]);
        for (limits, stacks) in [(Limits::AWS, 1), (few, 3)] {
            let templates = templates(&graph, &limits);
            assert_eq!(templates.len(), stacks);
            let policies: BTreeMap<_, _> = templates.iter().flat_map(|it| of(it, &key)).collect();
            assert_eq!(
                policies.len(),
                graph.functions.iter().count(),
                "one a function, and no other"
            );
            let changes = permissions::changes(&graph, &policies);
            assert_eq!(changes, [], "what is deployed changes nothing");
        }
    }

    #[test]
    fn what_only_aws_knows_stays_a_placeholder() {
        let (template, values) = (Template::default(), Values::new());
        let source = Source { template: &template, values: &values };
        let value = serde_json::json!({ "Fn::Sub": "x-${AWS::AccountId}-${!literal}" });
        assert_eq!(text(&value, source).unwrap(), "x-${AccountId}-${literal}");
    }
}
