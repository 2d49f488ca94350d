//! `AWS::SQS::Queue`, and the policy that lets the bus send to it.

use super::{Resource, Value, policy};
use crate::graph::{Graph, Id, Queue, Target};

pub(super) fn resources(id: Id<Queue>, graph: &Graph) -> [Resource; 2] {
    let queue = &graph.queues[id];
    let arn = || super::reference(Target::Queue(id).arn(), graph);
    let rule = &graph.rules[queue.rule].node.logical.camel;
    let source = Value::map([("aws:SourceArn", Value::attribute(rule, "Arn"))]);
    let bus = Value::map([
        ("Sid", "Bus".into()),
        ("Effect", "Allow".into()),
        ("Principal", Value::map([("Service", "events.amazonaws.com".into())])),
        ("Action", "sqs:SendMessage".into()),
        ("Resource", arn()),
        ("Condition", Value::map([("ArnEquals", source)])),
    ]);
    let url = super::reference(Target::Queue(id).id(), graph);
    [
        Resource::new("AWS::SQS::Queue", &queue.node)
            .set("QueueName", &queue.node.name)
            .set("MessageRetentionPeriod", Queue::RETENTION)
            .set("SqsManagedSseEnabled", true)
            .tags(graph)
            .retained(graph),
        Resource::new("AWS::SQS::QueuePolicy", &queue.policy)
            .set("Queues", Value::List(vec![url]))
            .set("PolicyDocument", policy::document([bus, policy::only_tls("sqs:*", arn())])),
    ]
}
