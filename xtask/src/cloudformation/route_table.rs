//! `AWS::EC2::RouteTable` with its route and its subnets, and `AWS::EC2::NatGateway` with its
//! address.

use super::{Resource, Value, vpc};
use crate::graph::{Graph, Id, NatGateway, Node, Route, RouteTable, Target, Vpc};

pub(super) fn resources(graph: &Graph) -> impl Iterator<Item = Resource> {
    let gateways = graph.nat_gateways.iter().flat_map(|gateway| nat(gateway, graph));
    let tables = graph.route_tables.created().flat_map(|table| {
        let RouteTable { node, vpc, .. } = table;
        let associations = table.subnets.iter().map(|subnet| {
            Resource::new(
                "AWS::EC2::SubnetRouteTableAssociation",
                &association(&graph.subnets[*subnet].node),
            )
            .set("SubnetId", super::reference(Target::Subnet(*subnet).id(), graph))
            .set("RouteTableId", Value::reference(&node.logical.camel))
        });
        let own = Resource::new("AWS::EC2::RouteTable", node)
            .set("VpcId", super::reference(Target::Vpc(*vpc).id(), graph))
            .named(&node.name, graph);
        std::iter::once(own).chain(route(table, graph)).chain(associations).collect::<Vec<_>>()
    });
    gateways.chain(tables)
}

fn route(table: &RouteTable, graph: &Graph) -> Option<Resource> {
    let node = &graph.vpcs[table.vpc].node;
    let resource = Resource::new("AWS::EC2::Route", &route_node(table)?)
        .set("RouteTableId", Value::reference(&table.node.logical.camel))
        .set("DestinationCidrBlock", "0.0.0.0/0");
    match table.route {
        Route::None => None,
        Route::Internet => {
            let gateway = Value::reference(&vpc::internet(node).logical.camel);
            let attached = [vpc::attachment(node).logical.camel];
            Some(resource.after(attached).set("GatewayId", gateway))
        }
        Route::Nat(gateway) => {
            let gateway = &graph.nat_gateways[gateway].node.logical.camel;
            Some(resource.set("NatGatewayId", Value::reference(gateway)))
        }
    }
}

fn nat(gateway: &NatGateway, graph: &Graph) -> [Resource; 2] {
    let NatGateway { node, address, vpc, subnet } = gateway;
    let attached = || [vpc::attachment(&graph.vpcs[*vpc].node).logical.camel];
    [
        Resource::new("AWS::EC2::EIP", address)
            .after(attached())
            .set("Domain", "vpc")
            .named(&address.name, graph),
        Resource::new("AWS::EC2::NatGateway", node)
            .after(attached())
            .set("AllocationId", Value::attribute(&address.logical.camel, "AllocationId"))
            .set("SubnetId", super::reference(Target::Subnet(*subnet).id(), graph))
            .named(&node.name, graph),
    ]
}

/// The route of a table to the internet.
fn route_node(table: &RouteTable) -> Option<Node> {
    let node = table.node.sibling("RouteTable", "Route");
    (table.route != Route::None).then_some(node)
}

fn association(subnet: &Node) -> Node {
    subnet.sibling("Subnet", "RouteTableAssociation")
}

/// What the subnets of a VPC need to route, the public ones with the NAT gateways too.
pub(super) fn ready(vpc: Id<Vpc>, graph: &Graph) -> impl Iterator<Item = String> {
    let tables = graph.route_tables.created().filter(move |table| table.vpc == vpc);
    tables.flat_map(|table| {
        let associations =
            table.subnets.iter().map(|subnet| association(&graph.subnets[*subnet].node));
        route_node(table).into_iter().chain(associations).map(|node| node.logical.camel)
    })
}
