//! `AWS::EC2::VPCEndpoint`

use super::{PREFIX_LIST, Resource, Value, reference};
use crate::graph::{Endpoint, Graph, Id, Peer, Target, Vpc};

pub(super) fn resources(graph: &Graph) -> impl Iterator<Item = Resource> {
    graph.endpoints.iter().map(|e| endpoint(e, graph))
}

fn endpoint(endpoint: &Endpoint, graph: &Graph) -> Resource {
    let Endpoint { node, vpc, service, group } = endpoint;
    let Vpc { endpoint_subnets, private_tables, .. } = &graph.vpcs[*vpc];
    let ids = |targets: &mut dyn Iterator<Item = Target>| {
        Value::list(targets.map(|target| reference(target.id(), graph)))
    };
    let resource = Resource::new("AWS::EC2::VPCEndpoint", node)
        .set("VpcId", reference(Target::Vpc(*vpc).id(), graph))
        .set("ServiceName", super::text(&service.endpoint_name()));
    let resource = match group {
        None => resource
            .set("VpcEndpointType", "Gateway")
            .set("RouteTableIds", ids(&mut private_tables.iter().copied().map(Target::RouteTable))),
        Some(group) => resource
            .set("VpcEndpointType", "Interface")
            .set("PrivateDnsEnabled", true)
            .set("SubnetIds", ids(&mut endpoint_subnets.iter().copied().map(Target::Subnet)))
            .set("SecurityGroupIds", ids(&mut [Target::Group(*group)].into_iter())),
    };
    resource.named(&node.name, graph)
}

/// The list of DynamoDB's addresses in the region, if it is needed: no resource has it as an
/// attribute.
pub(super) fn parameter(graph: &Graph) -> Option<(String, Value)> {
    let needed = graph.openings.iter().any(|opening| opening.to == Peer::DynamoDb);
    let description = "The id of the prefix list of DynamoDB in the region: aws ec2 \
                       describe-managed-prefix-lists --filters \
                       Name=prefix-list-name,Values=com.amazonaws.REGION.dynamodb --query \
                       PrefixLists[0].PrefixListId --output text";
    needed.then(|| {
        let parameter = Value::map([
            ("Type", "String".into()),
            ("Description", description.into()),
            ("AllowedPattern", "pl-[0-9a-f]+".into()),
        ]);
        (PREFIX_LIST.to_owned(), parameter)
    })
}

/// The endpoints of a VPC.
pub(super) fn ready(vpc: Id<Vpc>, graph: &Graph) -> impl Iterator<Item = String> {
    let endpoints = graph.endpoints.iter().filter(move |endpoint| endpoint.vpc == vpc);
    endpoints.map(|endpoint| endpoint.node.logical.camel.clone())
}
