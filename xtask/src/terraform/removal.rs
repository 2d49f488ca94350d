//! What keeps data, and stays.

use super::{aurora, bus, group, vpc};
use crate::{
    graph::{Graph, Node},
    hcl::Block,
    stage::Removal,
};

impl Block {
    /// Terraform refuses to destroy or replace the resource, if the stage retains what keeps
    /// data. It adds the one `lifecycle` that a resource may have.
    ///
    /// <https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle>
    #[must_use]
    pub(super) fn retained(self, graph: &Graph) -> Self {
        match graph.removal {
            Removal::Retain => {
                self.block(Block::new("lifecycle", &[]).set("prevent_destroy", true))
            }
            Removal::Destroy => self,
        }
    }
}

/// The addresses of what has no data of its own but stands below what has: without it that could
/// not stay.
pub(crate) fn below(graph: &Graph) -> Vec<String> {
    if graph.removal == Removal::Destroy {
        return Vec::new();
    }
    let address = |kind: &str, node: &Node| format!("{kind}.{}", node.logical.snake);
    let archived = graph.buses.created().filter(|bus| bus.archive.is_some());
    let mut all: Vec<_> = archived.map(|it| address(bus::KIND, &it.node)).collect();
    for database in graph.auroras.created() {
        all.push(address(aurora::SUBNETS, &database.subnets));
        all.push(address(aurora::PARAMETERS, &database.parameters));
        all.extend(database.instances.iter().map(|node| address(aurora::INSTANCE, node)));
        all.push(address(group::KIND, &graph.groups[database.group].node));
        all.push(address(vpc::KIND, &graph.vpcs[database.vpc].node));
        let subnets = graph.vpcs[database.vpc].private.iter();
        all.extend(subnets.map(|id| address(vpc::SUBNET, &graph.subnets[*id].node)));
    }
    all
}
