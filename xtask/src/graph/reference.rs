//! A reference to an attribute of a resource.

use super::{Bus, Graph, Id, Node, Stream, Table, Topic};

/// A resource that others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Target {
    Stream(Id<Stream>),
    Bus(Id<Bus>),
    Table(Id<Table>),
    Topic(Id<Topic>),
}

impl Target {
    pub(crate) fn node(self, graph: &Graph) -> &Node {
        match self {
            Target::Stream(id) => &graph.streams[id].node,
            Target::Bus(id) => &graph.buses[id].node,
            Target::Table(id) => &graph.tables[id].node,
            Target::Topic(id) => &graph.topics[id].node,
        }
    }

    pub(crate) fn arn(self) -> Reference {
        Reference { target: self, attribute: Attribute::Arn }
    }

    /// What a function is told of the resource, and calls it by.
    pub(crate) fn handle(self) -> Reference {
        let attribute = match self {
            Target::Stream(_) | Target::Bus(_) | Target::Table(_) => Attribute::Name,
            Target::Topic(_) => Attribute::Arn,
        };
        Reference { target: self, attribute }
    }
}

/// An attribute that is known only to AWS or only to the other resource's definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Name,
    Arn,
}

/// One attribute of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) target: Target,
    pub(crate) attribute: Attribute,
}
