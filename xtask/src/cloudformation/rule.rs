//! `AWS::Events::Rule` with its target, and the permission to invoke it.

use esteira::manifest::Json;

use super::{Resource, Value};
use crate::graph::{Graph, Rule, Target};

pub(super) fn resources(rule: &Rule, graph: &Graph) -> [Resource; 2] {
    let Rule { node, permission, bus, pattern, function, .. } = rule;
    let function = &graph.functions[*function].node;
    let target = Value::map([
        ("Id", (&function.name).into()),
        ("Arn", Value::attribute(&function.logical.camel, "Arn")),
    ]);
    [
        Resource::new("AWS::Events::Rule", node)
            .set("Name", &node.name)
            .set("EventBusName", super::reference(Target::Bus(*bus).handle(), graph))
            .set("EventPattern", event_pattern(pattern))
            .set("Targets", Value::List(vec![target]))
            .tags(graph),
        Resource::new("AWS::Lambda::Permission", permission)
            .set("Action", "lambda:InvokeFunction")
            .set("FunctionName", Value::reference(&function.logical.camel))
            .set("Principal", "events.amazonaws.com")
            .set("SourceArn", Value::attribute(&node.logical.camel, "Arn")),
    ]
}

/// The pattern, as JSON text where it has a `null`: CloudFormation allows none in a template.
///
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1378>
fn event_pattern(pattern: &Json) -> Value {
    if has_null(pattern) {
        serde_json::Value::from(pattern).to_string().into()
    } else {
        pattern.into()
    }
}

fn has_null(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(elements) => elements.iter().any(has_null),
        Json::Object(entries) => entries.iter().any(|(_, value)| has_null(value)),
        Json::Bool(_) | Json::Integer(_) | Json::Number(_) | Json::Text(_) => false,
    }
}
