//! `AWS::EC2::VPC` with its internet gateway, `AWS::EC2::Subnet`, and how they route.

use super::{Resource, Value, route_table};
use crate::graph::{Graph, Node, Subnet, Target, Vpc};

pub(super) fn resources(graph: &Graph) -> impl Iterator<Item = Resource> {
    let vpcs = graph.vpcs.iter().flat_map(|v| vpc(v, graph).into_iter().flatten());
    let subnets = graph.subnets.iter().filter_map(|s| subnet(s, graph));
    vpcs.chain(subnets).chain(route_table::resources(graph))
}

fn vpc(vpc: &Vpc, graph: &Graph) -> Option<[Resource; 3]> {
    let Vpc { node, cidr, .. } = vpc;
    let internet = internet(node);
    Some([
        // Endpoints take the public names of their services.
        Resource::new("AWS::EC2::VPC", node)
            .set("CidrBlock", cidr.as_ref()?.to_string())
            .set("EnableDnsSupport", true)
            .set("EnableDnsHostnames", true)
            .named(&node.name, graph),
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

fn subnet(subnet: &Subnet, graph: &Graph) -> Option<Resource> {
    let Subnet { node, vpc, range } = subnet;
    let range = (*range)?;
    let zones = Value::map([("Fn::GetAZs", "".into())]);
    let zone = Value::map([("Fn::Select", Value::List(vec![range.zone.into(), zones]))]);
    let resource = Resource::new("AWS::EC2::Subnet", node)
        .set("VpcId", super::reference(Target::Vpc(*vpc).id(), graph))
        .set("AvailabilityZone", zone)
        .set("CidrBlock", range.cidr.to_string())
        .named(&node.name, graph);
    Some(resource)
}
