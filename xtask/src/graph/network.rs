//! Functions inside a VPC.

use esteira::manifest::{Egress, Handler};

use super::{Call, Graph, Group, Id, Index, Opening, Peer, Service, Vpc, endpoint, index::Entry};
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
        let remembers = entry.declared.idempotent.map(|_| Service::DynamoDb);
        let handles = iam::handles(entry.declared).map(|(_, grant)| Service::of(grant.action));
        for service in handles.chain(remembers) {
            let purpose = service.purpose();
            graph.calls.push(Call { vpc, group, service, purpose, required_endpoint: false });
        }
        Ok(Some(Self { vpc, group }))
    }
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
