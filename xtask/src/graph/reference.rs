//! A reference to an attribute of a resource.

use super::{
    Aurora, Bucket, Bus, Graph, Group, Id, KmsKey, Node, Queue, RouteTable, Stream, Subnet, Table,
    Topic, Vpc,
};

/// A resource that others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Target {
    Stream(Id<Stream>),
    Bus(Id<Bus>),
    Table(Id<Table>),
    Topic(Id<Topic>),
    KmsKey(Id<KmsKey>),
    Vpc(Id<Vpc>),
    Subnet(Id<Subnet>),
    RouteTable(Id<RouteTable>),
    Group(Id<Group>),
    Aurora(Id<Aurora>),
    Bucket(Id<Bucket>),
    Queue(Id<Queue>),
}

impl Target {
    pub(crate) fn node(self, graph: &Graph) -> &Node {
        match self {
            Target::Stream(id) => &graph.streams[id].node,
            Target::Bus(id) => &graph.buses[id].node,
            Target::Table(id) => &graph.tables[id].node,
            Target::Topic(id) => &graph.topics[id].node,
            Target::KmsKey(id) => &graph.kms_keys[id].node,
            Target::Vpc(id) => &graph.vpcs[id].node,
            Target::Subnet(id) => &graph.subnets[id].node,
            Target::RouteTable(id) => &graph.route_tables[id].node,
            Target::Group(id) => &graph.groups[id].node,
            Target::Aurora(id) => &graph.auroras[id].node,
            Target::Bucket(id) => &graph.buckets[id].node,
            Target::Queue(id) => &graph.queues[id].node,
        }
    }

    pub(crate) fn arn(self) -> Reference {
        Reference { target: self, attribute: Attribute::Arn }
    }

    pub(crate) fn id(self) -> Reference {
        Reference { target: self, attribute: Attribute::Id }
    }

    /// What a function is told of the resource, and calls it by.
    pub(crate) fn handle(self) -> Reference {
        let attribute = match self {
            Target::Stream(_) | Target::Bus(_) | Target::Table(_) | Target::Bucket(_) => {
                Attribute::Name
            }
            Target::Topic(_) | Target::KmsKey(_) => Attribute::Arn,
            Target::Vpc(_)
            | Target::Subnet(_)
            | Target::RouteTable(_)
            | Target::Group(_)
            | Target::Queue(_) => Attribute::Id,
            Target::Aurora(_) => Attribute::Endpoint,
        };
        Reference { target: self, attribute }
    }
}

/// An attribute that is known only to AWS or only to the other resource's definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Name,
    Arn,
    Id,
    /// The host name that a database is reached by.
    Endpoint,
}

/// One attribute of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) target: Target,
    pub(crate) attribute: Attribute,
}
