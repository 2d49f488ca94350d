//! `AWS::SNS::Topic`, and its subscriptions by e-mail.

use super::{Resource, Value};
use crate::graph::{Graph, Target, Topic};

pub(super) fn resources(topic: &Topic, graph: &Graph) -> impl Iterator<Item = Resource> {
    let node = &topic.node;
    let key = topic.kms_key.map(|id| super::reference(Target::KmsKey(id).arn(), graph));
    let resource = Resource::new("AWS::SNS::Topic", node).set("TopicName", &node.name);
    let resource = match topic.fifo {
        true => resource.set("FifoTopic", true).set("ContentBasedDeduplication", false),
        false => resource,
    };
    let resource =
        resource.set("KmsMasterKeyId", key.unwrap_or_else(|| "alias/aws/sns".into())).tags(graph);
    let subscriptions = topic.emails.iter().map(|address| {
        Resource::new("AWS::SNS::Subscription", &topic.subscription(address))
            .set("TopicArn", Value::reference(&node.logical.camel))
            .set("Protocol", "email")
            .set("Endpoint", address)
    });
    [resource].into_iter().chain(subscriptions)
}
