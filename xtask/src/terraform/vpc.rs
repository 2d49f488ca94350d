//! `aws_vpc` with its internet gateway, `aws_subnet`, and how they route.

use super::route_table;
use crate::{
    graph::{Graph, Node, Subnet, Target, Vpc},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_vpc";
pub(super) const SUBNET: &str = "aws_subnet";
pub(super) const INTERNET: &str = "aws_internet_gateway";

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let subnets: Vec<_> = graph.subnets.iter().filter_map(|s| subnet(s, graph)).collect();
    let zones = (!subnets.is_empty()).then(zones);
    let vpcs = graph.vpcs.iter().flat_map(|v| vpc(v).into_iter().flatten());
    zones.into_iter().chain(vpcs).chain(subnets).chain(route_table::blocks(graph)).collect()
}

/// The zones of the region that every account has, ordered by name.
fn zones() -> Block {
    Block::new("data", &["aws_availability_zones", "available"]).set("state", "available").block(
        Block::new("filter", &[])
            .set("name", "opt-in-status")
            .set("values", Expression::list(["opt-in-not-required"])),
    )
}

fn vpc(vpc: &Vpc) -> Option<[Block; 2]> {
    let Vpc { node, cidr, .. } = vpc;
    let name = &node.logical.snake;
    Some([
        Block::resource(KIND, name, &node.at)
            .set("cidr_block", cidr.as_ref()?.to_string())
            .set("enable_dns_support", true)
            .set("enable_dns_hostnames", true)
            .why("Endpoints take the public names of their services.")
            .set("tags", tags(node)),
        Block::resource(INTERNET, name, &node.at)
            .set("vpc_id", super::address(KIND, name, "id"))
            .set("tags", tags(node)),
    ])
}

fn subnet(subnet: &Subnet, graph: &Graph) -> Option<Block> {
    let Subnet { node, vpc, range } = subnet;
    let range = (*range)?;
    let zone = format!("data.aws_availability_zones.available.names[{}]", range.zone);
    let moves = Expression::list([Expression::raw("availability_zone")]);
    let block = Block::resource(SUBNET, &node.logical.snake, &node.at)
        .set("vpc_id", super::reference(Target::Vpc(*vpc).id(), graph))
        .set("availability_zone", Expression::raw(zone))
        .set("cidr_block", range.cidr.to_string())
        .set("tags", tags(node))
        .block(
            Block::new("lifecycle", &[])
                .set("ignore_changes", moves)
                .why("A zone that is impaired or new shall not move the others."),
        );
    Some(block)
}

/// The tag that AWS shows as the name.
pub(super) fn tags(node: &Node) -> Expression {
    Expression::object([("Name", &node.name)])
}
