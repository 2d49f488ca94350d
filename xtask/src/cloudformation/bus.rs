//! `AWS::Events::EventBus`

use super::Resource;
use crate::graph::{Bus, Graph};

pub(super) fn resource(Bus { node }: &Bus, graph: &Graph) -> Resource {
    Resource::new("AWS::Events::EventBus", node).set("Name", &node.name).tags(graph)
}
