//! `AWS::EC2::VPC` with its internet gateway, `AWS::EC2::Subnet`, and how they route.

use super::{Resource, Value, route_table};
use crate::graph::{Graph, Id, Node, Subnet, Target, Vpc};

pub(super) fn resources(graph: &Graph) -> impl Iterator<Item = Resource> {
    let vpcs = graph.vpcs.ids().flat_map(|v| vpc(v, graph).into_iter().flatten());
    let subnets = graph.subnets.ids().filter_map(|s| subnet(s, graph));
    vpcs.chain(subnets).chain(route_table::resources(graph))
}

/// Whether a database that is created stands in the private subnets.
fn has_database(vpc: Id<Vpc>, graph: &Graph) -> bool {
    graph.auroras.created().any(|aurora| aurora.vpc == vpc)
}

fn vpc(id: Id<Vpc>, graph: &Graph) -> Option<[Resource; 3]> {
    let Vpc { node, cidr, .. } = &graph.vpcs[id];
    let internet = internet(node);
    // Endpoints take the public names of their services.
    let mut vpc = Resource::new("AWS::EC2::VPC", node)
        .set("CidrBlock", cidr.as_ref()?.to_string())
        .set("EnableDnsSupport", true)
        .set("EnableDnsHostnames", true)
        .named(&node.name, graph);
    if has_database(id, graph) {
        vpc = vpc.retained_below(graph);
    }
    Some([
        vpc,
        Resource::new("AWS::EC2::InternetGateway", &internet).named(&node.name, graph),
        Resource::new("AWS::EC2::VPCGatewayAttachment", &attachment(node))
            .set("VpcId", Value::reference(&node.logical.camel))
            .set("InternetGatewayId", Value::reference(&internet.logical.camel)),
    ])
}

/// The internet gateway of a VPC.
pub(super) fn internet(vpc: &Node) -> Node {
    vpc.part("internet", "Gateway")
}

/// What makes a VPC's internet gateway work.
pub(super) fn attachment(vpc: &Node) -> Node {
    vpc.part("internet", "GatewayAttachment")
}

fn subnet(id: Id<Subnet>, graph: &Graph) -> Option<Resource> {
    let Subnet { node, vpc, range } = &graph.subnets[id];
    let range = (*range)?;
    let zones = Value::map([("Fn::GetAZs", "".into())]);
    let zone = Value::map([("Fn::Select", Value::List(vec![range.zone.into(), zones]))]);
    let mut resource = Resource::new("AWS::EC2::Subnet", node)
        .set("VpcId", super::reference(Target::Vpc(*vpc).id(), graph))
        .set("AvailabilityZone", zone)
        .set("CidrBlock", range.cidr.to_string())
        .named(&node.name, graph);
    if graph.vpcs[*vpc].private.contains(&id) && has_database(*vpc, graph) {
        resource = resource.retained_below(graph);
    }
    Some(resource)
}
