//! What keeps data, and stays.

use crate::{graph::Graph, hcl::Block, stage::Removal};

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
