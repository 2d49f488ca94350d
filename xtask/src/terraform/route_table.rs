//! `aws_route_table` with its route and its subnets, and `aws_nat_gateway` with its address.

use super::{address, vpc};
use crate::{
    graph::{Graph, Id, NatGateway, Route, RouteTable, Target, Vpc},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_route_table";
const ROUTE: &str = "aws_route";
const ASSOCIATION: &str = "aws_route_table_association";
const NAT: &str = "aws_nat_gateway";
const ADDRESS: &str = "aws_eip";

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let gateways = graph.nat_gateways.iter().flat_map(|gateway| nat(gateway, graph));
    let tables = graph.route_tables.created().flat_map(|table| {
        let associations = table.subnets.iter().map(|subnet| {
            let node = &graph.subnets[*subnet].node;
            Block::resource(ASSOCIATION, &node.logical.snake, &node.at)
                .set("subnet_id", super::reference(Target::Subnet(*subnet).id(), graph))
                .set("route_table_id", address(KIND, &table.node.logical.snake, "id"))
        });
        let RouteTable { node, vpc, .. } = table;
        let own = Block::resource(KIND, &node.logical.snake, &node.at)
            .set("vpc_id", super::reference(Target::Vpc(*vpc).id(), graph))
            .set("tags", vpc::tags(node));
        std::iter::once(own).chain(route(table, graph)).chain(associations).collect::<Vec<_>>()
    });
    gateways.chain(tables).collect()
}

fn route(table: &RouteTable, graph: &Graph) -> Option<Block> {
    let RouteTable { node, vpc, route, .. } = table;
    let name = &node.logical.snake;
    let block = Block::resource(ROUTE, name, &node.at)
        .set("route_table_id", address(KIND, name, "id"))
        .set("destination_cidr_block", "0.0.0.0/0");
    match route {
        Route::None => None,
        Route::Internet => {
            let vpc = &graph.vpcs[*vpc].node.logical.snake;
            Some(block.set("gateway_id", address(vpc::INTERNET, vpc, "id")))
        }
        Route::Nat(gateway) => {
            let gateway = &graph.nat_gateways[*gateway].node.logical.snake;
            Some(block.set("nat_gateway_id", address(NAT, gateway, "id")))
        }
    }
}

fn nat(gateway: &NatGateway, graph: &Graph) -> [Block; 2] {
    let NatGateway { node, address: ip, vpc, subnet } = gateway;
    let vpc = &graph.vpcs[*vpc].node.logical.snake;
    let internet = || Expression::list([Expression::raw(format!("{}.{vpc}", vpc::INTERNET))]);
    [
        Block::resource(ADDRESS, &ip.logical.snake, &ip.at)
            .set("domain", "vpc")
            .set("tags", vpc::tags(ip))
            .set("depends_on", internet()),
        Block::resource(NAT, &node.logical.snake, &node.at)
            .set("allocation_id", address(ADDRESS, &ip.logical.snake, "id"))
            .set("subnet_id", super::reference(Target::Subnet(*subnet).id(), graph))
            .set("tags", vpc::tags(node))
            .set("depends_on", internet()),
    ]
}

/// What the subnets of a VPC need to route, the public ones with the NAT gateways too.
pub(super) fn ready(vpc: Id<Vpc>, graph: &Graph) -> impl Iterator<Item = String> {
    let tables = graph.route_tables.created().filter(move |table| table.vpc == vpc);
    tables.flat_map(|table| {
        let route =
            (table.route != Route::None).then(|| format!("{ROUTE}.{}", table.node.logical.snake));
        let associations = table
            .subnets
            .iter()
            .map(|subnet| format!("{ASSOCIATION}.{}", graph.subnets[*subnet].node.logical.snake));
        route.into_iter().chain(associations)
    })
}
