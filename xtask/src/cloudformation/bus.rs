//! `AWS::Events::EventBus`, and its archive.

use super::{Resource, Value};
use crate::graph::{Bus, Graph};

pub(super) fn resources(bus: &Bus, graph: &Graph) -> impl Iterator<Item = Resource> {
    let node = &bus.node;
    let mut resource =
        Resource::new("AWS::Events::EventBus", node).set("Name", &node.name).tags(graph);
    let archive = bus.archive.as_ref().map(|archive| {
        Resource::new("AWS::Events::Archive", &archive.node)
            .set("ArchiveName", &archive.node.name)
            .set("SourceArn", Value::attribute(&node.logical.camel, "Arn"))
            .set("RetentionDays", archive.days)
            .retained(graph)
    });
    if archive.is_some() {
        // It has a rule on the bus, which cannot go as long as it has one.
        resource = resource.retained_below(graph);
    }
    [resource].into_iter().chain(archive)
}
