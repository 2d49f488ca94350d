//! `aws_security_group`, and a rule at each created side of an opening.

use super::endpoint;
use crate::{
    graph::{Graph, Group, Id, Node, Opening, Peer, Target},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_security_group";
const EGRESS: &str = "aws_vpc_security_group_egress_rule";
const INGRESS: &str = "aws_vpc_security_group_ingress_rule";

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let groups = graph.groups.created().map(|g| group(g, graph));
    let openings = graph.openings.iter().flat_map(|o| rules(o, graph));
    groups.chain(openings).collect()
}

/// The provider removes the rule of a new group that lets everything out.
fn group(group: &Group, graph: &Graph) -> Block {
    let Group { node, vpc, description } = group;
    Block::resource(KIND, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("description", description)
        .set("vpc_id", super::reference(Target::Vpc(*vpc).id(), graph))
}

fn rules(opening: &Opening, graph: &Graph) -> impl Iterator<Item = Block> {
    let Opening { from, to, port, purpose } = opening;
    let id = |group: Id<Group>| super::reference(Target::Group(group).id(), graph);
    let rule = |kind, node: &Node, group, (peer, value): (&str, Expression)| {
        Block::resource(kind, &node.logical.snake, &node.at)
            .set("security_group_id", id(group))
            .set("description", purpose)
            .set("ip_protocol", "tcp")
            .set("from_port", u32::from(*port))
            .set("to_port", u32::from(*port))
            .set(peer, value)
    };
    let peer = match to {
        Peer::Group(to) => ("referenced_security_group_id", id(*to)),
        Peer::DynamoDb => ("prefix_list_id", endpoint::prefix_list(graph.groups[*from].vpc, graph)),
        Peer::Internet => ("cidr_ipv4", "0.0.0.0/0".into()),
    };
    let egress = opening.egress(graph).map(|node| rule(EGRESS, &node, *from, peer));
    let ingress = match to {
        Peer::Group(to) => opening
            .ingress(graph)
            .map(|node| rule(INGRESS, &node, *to, ("referenced_security_group_id", id(*from)))),
        Peer::DynamoDb | Peer::Internet => None,
    };
    egress.into_iter().chain(ingress)
}

/// The rules that let a group's members reach others.
pub(super) fn ready(group: Id<Group>, graph: &Graph) -> impl Iterator<Item = String> {
    graph.openings.iter().filter(move |opening| opening.from == group).flat_map(|opening| {
        let egress = opening.egress(graph).map(|node| format!("{EGRESS}.{}", node.logical.snake));
        let ingress =
            opening.ingress(graph).map(|node| format!("{INGRESS}.{}", node.logical.snake));
        egress.into_iter().chain(ingress)
    })
}
