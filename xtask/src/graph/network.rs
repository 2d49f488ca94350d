//! Functions inside a VPC.

use esteira_manifest::{Allow, Egress, Handler};

use super::{
    Call, Graph, Group, Id, Index, Node, Opening, Peer, Service, Vpc, endpoint, index::Entry, place,
};
use crate::{diagnostic::Diagnostic, iam};

/// Where a function stands: in the private subnets of a VPC, in a security group of its own that
/// opens what its handles call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) vpc: Id<Vpc>,
    pub(crate) group: Id<Group>,
}

impl Network {
    /// Where a handler stands, if that is in a VPC; what it calls from there is noted. The node is
    /// its security group's.
    pub(crate) fn of(
        entry: Entry<'_, Handler>,
        node: Node,
        index: &Index<'_>,
        graph: &mut Graph,
    ) -> Result<Option<Self>, Diagnostic> {
        let Some(vpc) = &entry.declared.vpc else { return Ok(None) };
        let vpc = index.resolve(&index.vpcs, vpc, entry.place())?;
        let description = format!("The function {}", node.name);
        let group = graph.groups.push(Group { node, vpc, description });
        if graph.vpcs[vpc].egress == Egress::Nat {
            // Whom else a handler calls is what NAT is chosen for, and no handle says it.
            graph.openings.push(Opening {
                from: group,
                to: Peer::Internet,
                port: endpoint::PORT,
                purpose: "anything".into(),
            });
        }
        let of_handles = iam::handles(entry.declared).map(|(_, grant)| Service::of(grant.action));
        let remembers = entry.declared.idempotent.map(|_| Service::DynamoDb);
        let mut services: Vec<_> = of_handles.chain(remembers).collect();
        for allow in entry.declared.allows.iter() {
            services.extend(called(allow, &graph.vpcs[vpc])?);
        }
        for service in services {
            let purpose = service.purpose();
            graph.calls.push(Call { vpc, group, service, purpose, required_endpoint: false });
        }
        Ok(Some(Self { vpc, group }))
    }
}

/// The services that the actions of an `allow` belong to. One that there is no endpoint of here is
/// reached by NAT, or not at all.
fn called(allow: &Allow, vpc: &Vpc) -> Result<Vec<Service>, Diagnostic> {
    let mut services = Vec::new();
    for action in allow.actions.iter() {
        match Service::of_action(action) {
            Some(service) => services.push(service),
            None if vpc.egress == Egress::Nat => {}
            None => return Err(unreachable(iam::allow::service(action), allow, vpc)),
        }
    }
    Ok(services)
}

fn unreachable(service: &str, allow: &Allow, vpc: &Vpc) -> Diagnostic {
    let name = vpc.node.item();
    Diagnostic::new(format!(
        "`{service}` is called from inside `{name}`, which has no NAT, and no endpoint of it can be \
         made"
    ))
    .at(place(&allow.at), "called by what is allowed here")
    .at(vpc.node.at.clone(), "declared here")
    .help(format!(
        "declare `{name}` with `egress = nat`, or leave `vpc` out; there are endpoints of {}",
        Service::ALL.map(Service::name).join(", ")
    ))
}
