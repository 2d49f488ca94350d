//! `aws_sqs_queue`, and the policy that lets the bus send to it.

use super::policy;
use crate::{
    graph::{Graph, Id, Queue, Target},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_sqs_queue";
pub(super) const POLICY: &str = "aws_sqs_queue_policy";

pub(super) fn blocks(id: Id<Queue>, graph: &Graph) -> [Block; 2] {
    let Queue { node, policy, rule } = &graph.queues[id];
    let arn = || super::reference(Target::Queue(id).arn(), graph);
    let rule = &graph.rules[*rule].node.logical.snake;
    let source = [("aws:SourceArn", super::address(super::rule::KIND, rule, "arn"))];
    let bus = Expression::object([
        ("Sid", "Bus".into()),
        ("Effect", "Allow".into()),
        ("Principal", Expression::object([("Service", "events.amazonaws.com")])),
        ("Action", "sqs:SendMessage".into()),
        ("Resource", arn()),
        ("Condition", Expression::object([("ArnEquals", Expression::object(source))])),
    ]);
    [
        Block::resource(KIND, &node.logical.snake, &node.at)
            .set("name", &node.name)
            .set("message_retention_seconds", Queue::RETENTION)
            .set("sqs_managed_sse_enabled", true)
            .retained(graph),
        Block::resource(POLICY, &policy.logical.snake, &policy.at)
            .set("queue_url", super::reference(Target::Queue(id).id(), graph))
            .set("policy", policy::document([bus, policy::only_tls("sqs:*", arn())])),
    ]
}
