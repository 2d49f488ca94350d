//! `AWS::EC2::SecurityGroup`, and a rule at each created side of an opening.

use super::{PREFIX_LIST, Resource, Value};
use crate::graph::{Graph, Group, Id, Node, Opening, Peer, Target};

pub(super) fn resources(graph: &Graph) -> impl Iterator<Item = Resource> {
    let groups = graph.groups.ids().filter_map(|g| group(g, graph));
    groups.chain(graph.openings.iter().flat_map(|o| rules(o, graph)))
}

fn group(id: Id<Group>, graph: &Graph) -> Option<Resource> {
    let Group { node, vpc, description } = &graph.groups[id];
    if !node.is_created() {
        return None;
    }
    // A group without a rule of its own would get one that lets everything out. This one lets
    // nothing out: packets to the own machine never leave it.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    let nothing = Value::map([
        ("CidrIp", "127.0.0.1/32".into()),
        ("Description", "Nothing, in place of everything".into()),
        ("IpProtocol", "-1".into()),
    ]);
    let resource = Resource::new("AWS::EC2::SecurityGroup", node)
        .set("GroupName", &node.name)
        .set("GroupDescription", description)
        .set("VpcId", super::reference(Target::Vpc(*vpc).id(), graph))
        .set("SecurityGroupEgress", Value::List(vec![nothing]))
        .tags(graph);
    let database = graph.auroras.created().any(|aurora| aurora.group == id);
    Some(if database { resource.retained_below(graph) } else { resource })
}

fn rules(opening: &Opening, graph: &Graph) -> impl Iterator<Item = Resource> {
    let Opening { from, to, port, purpose } = opening;
    let id = |group: Id<Group>| super::reference(Target::Group(group).id(), graph);
    let rule = |kind, node: &Node, group, (peer, value): (&str, Value)| {
        Resource::new(kind, node)
            .set("GroupId", id(group))
            .set("Description", purpose)
            .set("IpProtocol", "tcp")
            .set("FromPort", u32::from(*port))
            .set("ToPort", u32::from(*port))
            .set(peer, value)
    };
    let peer = match to {
        Peer::Group(to) => ("DestinationSecurityGroupId", id(*to)),
        Peer::DynamoDb => ("DestinationPrefixListId", Value::reference(PREFIX_LIST)),
        Peer::Internet => ("CidrIp", "0.0.0.0/0".into()),
    };
    let egress =
        opening.egress(graph).map(|node| rule("AWS::EC2::SecurityGroupEgress", &node, *from, peer));
    let ingress = match to {
        Peer::Group(to) => opening.ingress(graph).map(|node| {
            let peer = ("SourceSecurityGroupId", id(*from));
            rule("AWS::EC2::SecurityGroupIngress", &node, *to, peer)
        }),
        Peer::DynamoDb | Peer::Internet => None,
    };
    egress.into_iter().chain(ingress)
}

/// The rules that let a group's members reach others.
pub(super) fn ready(group: Id<Group>, graph: &Graph) -> impl Iterator<Item = String> {
    graph.openings.iter().filter(move |opening| opening.from == group).flat_map(|opening| {
        let rules = opening.egress(graph).into_iter().chain(opening.ingress(graph));
        rules.map(|node| node.logical.camel)
    })
}
