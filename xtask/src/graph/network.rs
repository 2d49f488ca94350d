//! Functions inside a VPC.

use esteira::manifest::{Egress, Handler};

use super::{
    Call, Graph, Group, Id, Index, Node, Opening, Peer, Service, Vpc, endpoint, index::Entry,
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
        for (_, grant) in iam::handles(entry.declared) {
            let service = Service::of(grant.action);
            let purpose = service.purpose();
            graph.calls.push(Call { vpc, group, service, purpose, required_endpoint: false });
        }
        Ok(Some(Self { vpc, group }))
    }
}
