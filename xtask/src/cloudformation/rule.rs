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

/// The pattern, as JSON text where CloudFormation would not take it as it stands: it allows no
/// `null` in a template, and computes a map whose key is the name of a function.
///
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1378>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
fn event_pattern(pattern: &Json) -> Value {
    if is_special(pattern) {
        serde_json::Value::from(pattern).to_string().into()
    } else {
        pattern.into()
    }
}

fn is_special(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(elements) => elements.iter().any(is_special),
        Json::Object(entries) => entries
            .iter()
            .any(|(key, value)| key == "Ref" || key.starts_with("Fn::") || is_special(value)),
        Json::Bool(_) | Json::Integer(_) | Json::Number(_) | Json::Text(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_cloudformation_would_change_is_a_text() {
        let special = |text: &str| {
            let pattern: Json = serde_json::from_str(text).unwrap();
            matches!(event_pattern(&pattern), Value::Text(written) if written == text)
        };
        assert!(special(r#"{"detail":{"a":[null]}}"#));
        assert!(special(r#"{"detail":{"Ref":["x"]}}"#));
        assert!(special(r#"{"detail":[{"Fn::Sub":["x"]}]}"#));
        assert!(!special(r#"{"detail":{"Refund":["Ref"]}}"#));
    }
}
