//! `aws_cloudwatch_event_rule`, its target, the permission to invoke it, and what becomes of an
//! event at which the function fails.

use crate::{
    graph::{Graph, Id, Rule, Target},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_cloudwatch_event_rule";
const TARGET: &str = "aws_cloudwatch_event_target";
const PERMISSION: &str = "aws_lambda_permission";
const INVOCATION: &str = "aws_lambda_function_event_invoke_config";

pub(super) fn blocks(rule: &Rule, graph: &Graph) -> [Block; 4] {
    let Rule { node, permission, invocation, bus, pattern, function, delivery, retry, .. } = rule;
    let failures = || super::reference(Target::Queue(rule.failures).arn(), graph);
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
            .set("arn", lambda("arn"))
            .block(
                Block::new("retry_policy", &[])
                    .set("maximum_retry_attempts", delivery.attempts)
                    .set("maximum_event_age_in_seconds", delivery.max_age),
            )
            .block(Block::new("dead_letter_config", &[]).set("arn", failures()))
            .set("depends_on", Expression::list(doors(rule).map(Expression::raw)))
            .why("No event meets a closed door."),
        Block::resource(PERMISSION, &permission.logical.snake, &permission.at)
            .set("statement_id", "AllowEventBridge")
            .set("action", "lambda:InvokeFunction")
            .set("function_name", lambda("function_name"))
            .set("principal", "events.amazonaws.com")
            .set("source_arn", super::address(KIND, name, "arn")),
        Block::resource(INVOCATION, &invocation.logical.snake, &invocation.at)
            .set("function_name", lambda("function_name"))
            .set("maximum_retry_attempts", retry.attempts)
            .set("maximum_event_age_in_seconds", retry.max_age)
            .block(
                Block::new("destination_config", &[])
                    .block(Block::new("on_failure", &[]).set("destination", failures())),
            ),
    ]
}

/// What lets an event through the target: to the function, or to where it is kept.
fn doors(rule: &Rule) -> [String; 3] {
    let name = &rule.node.logical.snake;
    [PERMISSION, INVOCATION, super::queue::POLICY].map(|kind| format!("{kind}.{name}"))
}

/// What has to be there for an event to be handed over, or kept.
pub(super) fn ready(rule: Id<Rule>, graph: &Graph) -> impl Iterator<Item = String> {
    let rule = &graph.rules[rule];
    let target = format!("{TARGET}.{}", rule.node.logical.snake);
    std::iter::once(target).chain(doors(rule))
}
