//! `aws_sns_topic`

use crate::{graph::Topic, hcl::Block};

pub(super) const KIND: &str = "aws_sns_topic";

pub(super) fn block(Topic { node }: &Topic) -> Block {
    Block::resource(KIND, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("kms_master_key_id", "alias/aws/sns")
}
