//! A virtual private cloud, and its subnets.

use esteira_manifest::{self as manifest, Egress, Kind};

use super::{
    Cidr, Declaration, Graph, Group, Id, Logical, NatGateway, Node, Route, RouteTable, Service,
    index::Entry,
};
use crate::{diagnostic::Result, stage::Stage};

mod settings;

use settings::{Plan, There};

/// A virtual private cloud.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vpc {
    pub(crate) node: Node,
    /// Its addresses, if it is created here.
    pub(crate) cidr: Option<Cidr>,
    pub(crate) egress: Egress,
    /// One in each zone, with a route to the internet; none in an existing VPC.
    pub(crate) public: Vec<Id<Subnet>>,
    /// One in each zone, without.
    pub(crate) private: Vec<Id<Subnet>>,
    /// The private ones, or others, in which interface endpoints are made: one a zone.
    pub(crate) endpoint_subnets: Vec<Id<Subnet>>,
    /// The route tables of the private subnets, as far as they are known.
    pub(crate) private_tables: Vec<Id<RouteTable>>,
    /// The services that it already has endpoints of.
    pub(crate) served: Vec<Service>,
    /// The security group of those that are interfaces.
    pub(crate) served_by: Option<Id<Group>>,
    /// The rules that one of its security groups may have in one direction.
    pub(crate) group_rule_quota: u32,
}

/// A subnet: one zone's part of a VPC.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Subnet {
    pub(crate) node: Node,
    pub(crate) vpc: Id<Vpc>,
    /// Where it is, if it is created here.
    pub(crate) range: Option<Range>,
}

/// The zone and the addresses of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// Which of the region's zones it is in, counted from zero.
    pub(crate) zone: u32,
    pub(crate) cidr: Cidr,
}

/// A VPC is cut as if it had this many zones, with a public and a private subnet in each, so that
/// a zone can be added without moving the others.
const ZONES: u32 = 4;

impl Declaration for manifest::Vpc {
    type Node = Vpc;
    const NOUN: &'static str = "a VPC";
    const ATTRIBUTE: &'static str = "#[derive(Vpc)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Vpc(vpc) = kind { Some(vpc) } else { None }
    }
}

impl Vpc {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Vpc")
    }

    /// Adds a VPC with its subnets and their routes.
    ///
    /// # Errors
    ///
    /// Addresses that cannot be cut into subnets, or settings of the stage that do not fit.
    pub(crate) fn add(
        entry: Entry<'_, manifest::Vpc>,
        stage: &Stage,
        graph: &mut Graph,
    ) -> Result<()> {
        let Entry { item, declared } = entry;
        let plan = Plan::new(entry, stage)?;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        let id = graph.vpcs.push(Self {
            node: node.clone(),
            cidr: None,
            egress: declared.egress,
            public: Vec::new(),
            private: Vec::new(),
            endpoint_subnets: Vec::new(),
            private_tables: Vec::new(),
            served: Vec::new(),
            served_by: None,
            group_rule_quota: settings::group_rule_quota(entry, stage)?,
        });
        let zones = 0..declared.azs;
        let mut network = Builder { id, node, graph };
        match plan {
            Plan::Whole { cidr, private, public, nat_gateways } => {
                network.vpc().cidr = Some(cidr);
                network.public(zones.clone().zip(public));
                network.private(zones.zip(private));
                match nat_gateways {
                    Some(gateways) => network.nat(gateways),
                    None => network.isolated(),
                }
            }
            Plan::Within { vpc, private, there } => {
                network.vpc().node.existing = Some(vpc);
                network.private(zones.zip(private));
                network.isolated();
                network.there(there);
            }
            Plan::Existing { vpc, subnets, endpoint_subnets, route_tables, there } => {
                network.vpc().node.existing = Some(vpc);
                network.existing(subnets, endpoint_subnets, route_tables);
                network.there(there);
            }
        }
        Ok(())
    }
}

/// What a VPC consists of, added part by part.
struct Builder<'a> {
    id: Id<Vpc>,
    node: Node,
    graph: &'a mut Graph,
}

impl Builder<'_> {
    fn vpc(&mut self) -> &mut Vpc {
        &mut self.graph.vpcs[self.id]
    }

    fn subnet(&mut self, name: &str, zone: u32, cidr: Cidr) -> Id<Subnet> {
        let node = self.node.part(&format!("{name}_{}", zone + 1), "Subnet");
        self.graph.subnets.push(Subnet { node, vpc: self.id, range: Some(Range { zone, cidr }) })
    }

    fn table(&mut self, name: &str, route: Route, subnets: Vec<Id<Subnet>>) -> Id<RouteTable> {
        let node = self.node.part(name, "RouteTable");
        self.graph.route_tables.push(RouteTable { node, vpc: self.id, route, subnets })
    }

    fn public(&mut self, ranges: impl Iterator<Item = (u32, Cidr)>) {
        let subnets: Vec<_> =
            ranges.map(|(zone, cidr)| self.subnet("public", zone, cidr)).collect();
        self.vpc().public.clone_from(&subnets);
        self.table("public", Route::Internet, subnets);
    }

    fn private(&mut self, ranges: impl Iterator<Item = (u32, Cidr)>) {
        let subnets: Vec<_> =
            ranges.map(|(zone, cidr)| self.subnet("private", zone, cidr)).collect();
        self.vpc().endpoint_subnets.clone_from(&subnets);
        self.vpc().private = subnets;
    }

    /// Gives the private subnets no way out but endpoints.
    fn isolated(&mut self) {
        let subnets = self.vpc().private.clone();
        let table = self.table("private", Route::None, subnets);
        self.vpc().private_tables = vec![table];
    }

    /// Gives each private subnet the NAT gateway of its zone, or where there are fewer, another.
    fn nat(&mut self, gateways: usize) {
        let public = self.vpc().public.clone();
        let gateways: Vec<_> = public
            .into_iter()
            .zip(1..)
            .take(gateways)
            .map(|(subnet, n)| {
                let part = |kind| self.node.part(&format!("nat_{n}"), kind);
                let (node, address) = (part("Gateway"), part("Address"));
                self.graph.nat_gateways.push(NatGateway { node, address, vpc: self.id, subnet })
            })
            .collect();
        let private = self.vpc().private.clone();
        let tables = private.into_iter().zip(1..).zip(gateways.into_iter().cycle());
        let tables: Vec<_> = tables
            .map(|((subnet, n), gateway)| {
                self.table(&format!("private_{n}"), Route::Nat(gateway), vec![subnet])
            })
            .collect();
        self.vpc().private_tables = tables;
    }

    fn existing(
        &mut self,
        subnets: Vec<String>,
        endpoint_subnets: Vec<String>,
        route_tables: Vec<String>,
    ) {
        let existing = |node: Node, id| Node { existing: Some(id), ..node };
        let mut subnet = |kind: &str, id: String, n: usize| {
            let node = existing(self.node.part(&format!("{kind}_{n}"), "Subnet"), id);
            self.graph.subnets.push(Subnet { node, vpc: self.id, range: None })
        };
        let private: Vec<_> =
            subnets.into_iter().zip(1..).map(|(id, n)| subnet("private", id, n)).collect();
        let of_endpoints: Vec<_> = endpoint_subnets
            .into_iter()
            .zip(1..)
            .map(|(id, n)| subnet("endpoint", id, n))
            .collect();
        self.vpc().endpoint_subnets =
            if of_endpoints.is_empty() { private.clone() } else { of_endpoints };
        self.vpc().private = private;
        for (id, n) in route_tables.into_iter().zip(1..) {
            let table = self.table(&format!("private_{n}"), Route::None, Vec::new());
            let node = &mut self.graph.route_tables[table].node;
            *node = existing(node.clone(), id);
            self.vpc().private_tables.push(table);
        }
    }

    fn there(&mut self, There { services, group }: There) {
        self.vpc().served = services;
        let group = group.map(|id| {
            let node = self.node.part("existing_endpoints", "SecurityGroup");
            let node = Node { name: id.clone(), existing: Some(id), ..node };
            let description = "VPC endpoints".into();
            self.graph.groups.push(Group { node, vpc: self.id, description })
        });
        self.vpc().served_by = group;
    }
}

#[cfg(test)]
mod tests;
