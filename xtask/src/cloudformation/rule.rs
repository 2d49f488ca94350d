//! `AWS::Events::Rule` with its target, the permission to invoke it, and what becomes of an event
//! at which the function fails.

use esteira_manifest::Json;

use super::{Resource, Value};
use crate::graph::{Graph, Id, Rule, Target};

pub(super) fn resources(rule: &Rule, graph: &Graph) -> [Resource; 3] {
    let Rule { node, permission, invocation, bus, pattern, function, delivery, retry, .. } = rule;
    let failures = || super::reference(Target::Queue(rule.failures).arn(), graph);
    let function = &graph.functions[*function].node;
    let target = Value::map([
        ("Id", (&function.name).into()),
        ("Arn", Value::attribute(&function.logical.camel, "Arn")),
        (
            "RetryPolicy",
            Value::map([
                ("MaximumRetryAttempts", delivery.attempts.into()),
                ("MaximumEventAgeInSeconds", delivery.max_age.into()),
            ]),
        ),
        ("DeadLetterConfig", Value::map([("Arn", failures())])),
    ]);
    let on_failure = Value::map([("OnFailure", Value::map([("Destination", failures())]))]);
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
        Resource::new("AWS::Lambda::EventInvokeConfig", invocation)
            .set("FunctionName", Value::reference(&function.logical.camel))
            .set("Qualifier", "$LATEST")
            .set("MaximumRetryAttempts", retry.attempts)
            .set("MaximumEventAgeInSeconds", retry.max_age)
            .set("DestinationConfig", on_failure),
    ]
}

/// What has to be there for an event to be handed over, or kept: the rule, with its target in it,
/// and what lets that work.
pub(super) fn ready(rule: Id<Rule>, graph: &Graph) -> [String; 4] {
    let Rule { node, permission, invocation, failures, .. } = &graph.rules[rule];
    let policy = &graph.queues[*failures].policy;
    [node, permission, invocation, policy].map(|node| node.logical.camel.clone())
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
