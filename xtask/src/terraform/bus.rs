//! `aws_cloudwatch_event_bus`, and its archive.

use crate::{
    graph::{Bus, Graph},
    hcl::Block,
};

pub(super) const KIND: &str = "aws_cloudwatch_event_bus";
pub(super) const ARCHIVE: &str = "aws_cloudwatch_event_archive";

pub(super) fn blocks(bus: &Bus, graph: &Graph) -> impl Iterator<Item = Block> {
    let node = &bus.node;
    let block = Block::resource(KIND, &node.logical.snake, &node.at).set("name", &node.name);
    let archive = bus.archive.as_ref().map(|archive| {
        let own = &archive.node;
        Block::resource(ARCHIVE, &own.logical.snake, &own.at)
            .set("name", &own.name)
            .set("event_source_arn", super::address(KIND, &node.logical.snake, "arn"))
            .set("retention_days", archive.days)
            .retained(graph)
    });
    [block].into_iter().chain(archive)
}
