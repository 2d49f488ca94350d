//! `AWS::Events::Rule` with its target, and the permission to invoke it.

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
            .set("EventPattern", pattern)
            .set("Targets", Value::List(vec![target]))
            .tags(graph),
        Resource::new("AWS::Lambda::Permission", permission)
            .set("Action", "lambda:InvokeFunction")
            .set("FunctionName", Value::reference(&function.logical.camel))
            .set("Principal", "events.amazonaws.com")
            .set("SourceArn", Value::attribute(&node.logical.camel, "Arn")),
    ]
}
