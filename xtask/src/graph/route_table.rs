//! Where the packets of a subnet go.

use super::{Id, Node, Subnet, Vpc};

/// A route table. Every one routes within its VPC, and to the gateway endpoints it is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RouteTable {
    pub(crate) node: Node,
    pub(crate) vpc: Id<Vpc>,
    /// Where packets to any other address go.
    pub(crate) route: Route,
    /// The subnets that use it.
    pub(crate) subnets: Vec<Id<Subnet>>,
}

/// Where packets to the internet go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Nowhere.
    None,
    /// Through the VPC's internet gateway.
    Internet,
    Nat(Id<NatGateway>),
}

/// A NAT gateway in a public subnet, with its public address.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NatGateway {
    pub(crate) node: Node,
    pub(crate) address: Node,
    pub(crate) vpc: Id<Vpc>,
    pub(crate) subnet: Id<Subnet>,
}
