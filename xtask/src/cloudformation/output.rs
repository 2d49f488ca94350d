//! What a person, or a deploy, wants to know of what was made.

use super::Value;
use crate::graph::{Graph, Node, Target};

pub(super) fn outputs(graph: &Graph) -> Vec<(String, Value)> {
    let streams = graph.streams.ids().map(Target::Stream);
    let buses = graph.buses.ids().map(Target::Bus);
    let tables = graph.tables.ids().map(Target::Table);
    let topics = graph.topics.ids().map(Target::Topic);
    let buckets = graph.buckets.ids().map(Target::Bucket);
    let resources = streams.chain(buses).chain(tables).chain(topics).chain(buckets).map(|target| {
        let attribute = if matches!(target, Target::Topic(_)) { "Arn" } else { "Name" };
        output(target.node(graph), attribute, super::reference(target.handle(), graph))
    });
    let functions = graph.functions.iter().map(|function| {
        output(&function.node, "Name", Value::reference(&function.node.logical.camel))
    });
    let networks = graph.vpcs.ids().flat_map(|vpc| {
        let node = &graph.vpcs[vpc].node;
        let subnets = graph.vpcs[vpc].private.iter();
        let subnets = subnets.map(|id| super::reference(Target::Subnet(*id).id(), graph));
        [
            output(node, "Id", super::reference(Target::Vpc(vpc).id(), graph)),
            output(node, "PrivateSubnetIds", Value::join(subnets)),
        ]
    });
    let databases = graph.auroras.created().flat_map(|a| super::aurora::outputs(a, graph));
    let captures = graph.captures.iter().flat_map(|c| super::capture::outputs(c, graph));
    resources.chain(networks).chain(databases).chain(captures).chain(functions).collect()
}

fn output(node: &Node, attribute: &str, value: Value) -> (String, Value) {
    (format!("{}{attribute}", node.logical.camel), Value::map([("Value", value)]))
}
