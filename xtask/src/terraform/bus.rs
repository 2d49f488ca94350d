//! `aws_cloudwatch_event_bus`

use crate::{graph::Bus, hcl::Block};

pub(super) const KIND: &str = "aws_cloudwatch_event_bus";

pub(super) fn block(Bus { node }: &Bus) -> Block {
    Block::resource(KIND, &node.logical.snake, &node.at).set("name", &node.name)
}
