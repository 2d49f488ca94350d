//! `aws_vpc_endpoint`

use super::{address, reference};
use crate::{
    graph::{Endpoint, Graph, Id, Peer, Service, Target, Vpc},
    hcl::{Block, Expression},
};

const KIND: &str = "aws_vpc_endpoint";
const PREFIX_LIST: &str = "aws_prefix_list";

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let found = graph.openings.iter().any(|opening| {
        opening.to == Peer::DynamoDb && gateway(graph.groups[opening.from].vpc, graph).is_none()
    });
    let list = found.then(|| {
        Block::new("data", &[PREFIX_LIST, Service::DynamoDb.name()])
            .set("name", super::text(&Service::DynamoDb.endpoint_name()))
    });
    list.into_iter().chain(graph.endpoints.iter().map(|e| endpoint(e, graph))).collect()
}

fn endpoint(endpoint: &Endpoint, graph: &Graph) -> Block {
    let Endpoint { node, vpc, service, group } = endpoint;
    let Vpc { endpoint_subnets, private_tables, .. } = &graph.vpcs[*vpc];
    let ids = |targets: &mut dyn Iterator<Item = Target>| {
        Expression::list(targets.map(|target| reference(target.id(), graph)))
    };
    let block = Block::resource(KIND, &node.logical.snake, &node.at)
        .set("vpc_id", reference(Target::Vpc(*vpc).id(), graph))
        .set("service_name", super::text(&service.endpoint_name()));
    let block = match group {
        None => block.set("vpc_endpoint_type", "Gateway").set(
            "route_table_ids",
            ids(&mut private_tables.iter().copied().map(Target::RouteTable)),
        ),
        Some(group) => block
            .set("vpc_endpoint_type", "Interface")
            .set("private_dns_enabled", true)
            .set("subnet_ids", ids(&mut endpoint_subnets.iter().copied().map(Target::Subnet)))
            .set("security_group_ids", ids(&mut [Target::Group(*group)].into_iter())),
    };
    block.set("tags", super::vpc::tags(node))
}

fn gateway(vpc: Id<Vpc>, graph: &Graph) -> Option<&Endpoint> {
    graph.endpoints.iter().find(|e| e.vpc == vpc && e.service == Service::DynamoDb)
}

/// The id of the list of DynamoDB's addresses.
pub(super) fn prefix_list(vpc: Id<Vpc>, graph: &Graph) -> Expression {
    match gateway(vpc, graph) {
        Some(endpoint) => address(KIND, &endpoint.node.logical.snake, "prefix_list_id"),
        None => address(&format!("data.{PREFIX_LIST}"), Service::DynamoDb.name(), "id"),
    }
}

/// The endpoints of a VPC.
pub(super) fn ready(vpc: Id<Vpc>, graph: &Graph) -> impl Iterator<Item = String> {
    let endpoints = graph.endpoints.iter().filter(move |endpoint| endpoint.vpc == vpc);
    endpoints.map(|endpoint| format!("{KIND}.{}", endpoint.node.logical.snake))
}
