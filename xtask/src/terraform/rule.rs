//! `aws_cloudwatch_event_rule`, its target, and the permission to invoke it.

use crate::{
    graph::{Graph, Rule, Target},
    hcl::{Block, Expression},
};

const KIND: &str = "aws_cloudwatch_event_rule";
pub(super) const TARGET: &str = "aws_cloudwatch_event_target";
pub(super) const PERMISSION: &str = "aws_lambda_permission";

pub(super) fn blocks(rule: &Rule, graph: &Graph) -> [Block; 3] {
    let Rule { node, permission, bus, pattern, function, .. } = rule;
    let name = &node.logical.snake;
    let bus = super::reference(Target::Bus(*bus).handle(), graph);
    let function = &graph.functions[*function].node;
    let lambda =
        |attribute| super::address(super::function::KIND, &function.logical.snake, attribute);
    [
        Block::resource(KIND, name, &node.at)
            .set("name", &node.name)
            .set("event_bus_name", bus.clone())
            .set("event_pattern", Expression::json(pattern.into())),
        Block::resource(TARGET, name, &node.at)
            .set("rule", super::address(KIND, name, "name"))
            .set("event_bus_name", bus)
            .set("target_id", &function.name)
            .set("arn", lambda("arn")),
        Block::resource(PERMISSION, &permission.logical.snake, &permission.at)
            .set("statement_id", "AllowEventBridge")
            .set("action", "lambda:InvokeFunction")
            .set("function_name", lambda("function_name"))
            .set("principal", "events.amazonaws.com")
            .set("source_arn", super::address(KIND, name, "arn")),
    ]
}
