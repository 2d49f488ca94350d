//! `aws_sns_topic`, and its subscriptions by e-mail.

use crate::{
    graph::{Graph, Target, Topic},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_sns_topic";

pub(super) fn blocks(topic: &Topic, graph: &Graph) -> impl Iterator<Item = Block> {
    let Topic { node, fifo, kms_key, emails } = topic;
    let name = &node.logical.snake;
    let key = kms_key.map(|id| super::reference(Target::KmsKey(id).arn(), graph));
    let block = Block::resource(KIND, name, &node.at).set("name", &node.name);
    let block = match fifo {
        true => block.set("fifo_topic", true).set("content_based_deduplication", false),
        false => block,
    };
    let block = block.set("kms_master_key_id", key.unwrap_or_else(|| "alias/aws/sns".into()));
    let subscriptions = (!emails.is_empty()).then(|| {
        let addresses = Expression::call("toset", Expression::list(emails));
        Block::resource("aws_sns_topic_subscription", name, &node.at)
            .set("for_each", addresses)
            .set("topic_arn", super::address(KIND, name, "arn"))
            .set("protocol", "email")
            .set("endpoint", Expression::raw("each.value"))
    });
    [block].into_iter().chain(subscriptions)
}
