//! Functions inside a VPC.

use esteira::manifest::{Allow, Egress, Handler};

use super::{
    Call, Graph, Group, Id, Index, Opening, Peer, Service, Vpc, endpoint, index::Entry, place,
};
use crate::{diagnostic::Diagnostic, iam};

/// Where a function stands: in the private subnets of a VPC, in the one security group of all its
/// functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) vpc: Id<Vpc>,
    pub(crate) group: Id<Group>,
}

impl Network {
    /// Where a handler stands, if that is in a VPC; what it calls from there is noted.
    pub(crate) fn of(
        entry: Entry<'_, Handler>,
        index: &Index<'_>,
        graph: &mut Graph,
    ) -> Result<Option<Self>, Diagnostic> {
        let Some(vpc) = &entry.declared.vpc else { return Ok(None) };
        let vpc = index.resolve(&index.vpcs, vpc, entry.place())?;
        let group = group(vpc, graph);
        let of_handles = iam::handles(entry.declared).map(|(_, grant)| Service::of(grant.action));
        let mut services: Vec<_> = of_handles.collect();
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

/// The security group of all functions in a VPC.
fn group(vpc: Id<Vpc>, graph: &mut Graph) -> Id<Group> {
    if let Some(group) = graph.vpcs[vpc].functions {
        return group;
    }
    let Vpc { node, egress, .. } = &graph.vpcs[vpc];
    let node = node.part("functions", "SecurityGroup");
    let outside = *egress == Egress::Nat;
    let group = graph.groups.push(Group { node, vpc, description: "Functions".into() });
    graph.vpcs[vpc].functions = Some(group);
    if outside {
        // Whom else a handler calls is what NAT is chosen for, and no handle says it.
        graph.openings.push(Opening {
            from: group,
            to: Peer::Internet,
            port: endpoint::PORT,
            purpose: "anything".into(),
        });
    }
    group
}
