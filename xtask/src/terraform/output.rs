//! What a person, or a deploy, wants to know of what was made.

use crate::{
    graph::{Graph, Node, Target},
    hcl::{Block, Expression},
};

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let streams = graph.streams.ids().map(Target::Stream);
    let buses = graph.buses.ids().map(Target::Bus);
    let tables = graph.tables.ids().map(Target::Table);
    let topics = graph.topics.ids().map(Target::Topic);
    let buckets = graph.buckets.ids().map(Target::Bucket);
    let resources = streams.chain(buses).chain(tables).chain(topics).chain(buckets).map(|target| {
        let attribute = if matches!(target, Target::Topic(_)) { "arn" } else { "name" };
        output(target.node(graph), attribute, super::reference(target.handle(), graph))
    });
    let functions = graph.functions.iter().map(|function| {
        let node = &function.node;
        let name = super::address(super::function::KIND, &node.logical.snake, "function_name");
        output(node, "name", name)
    });
    let networks = graph.vpcs.ids().flat_map(|vpc| {
        let node = &graph.vpcs[vpc].node;
        let subnets = graph.vpcs[vpc].private.iter();
        let subnets = subnets.map(|id| super::reference(Target::Subnet(*id).id(), graph));
        [
            output(node, "id", super::reference(Target::Vpc(vpc).id(), graph)),
            output(node, "private_subnet_ids", Expression::list(subnets)),
        ]
    });
    let databases = graph.auroras.created().flat_map(|a| super::aurora::outputs(a, graph));
    let captures = graph.captures.iter().flat_map(|c| super::capture::outputs(c, graph));
    resources.chain(networks).chain(databases).chain(captures).chain(functions).collect()
}

fn output(node: &Node, attribute: &str, value: Expression) -> Block {
    Block::new("output", &[&node.logical.output(attribute)]).comment(&node.at).set("value", value)
}
