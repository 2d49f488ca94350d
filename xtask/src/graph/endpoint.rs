//! What is called from inside a VPC, and the endpoints it is called by.

use std::collections::BTreeMap;

use esteira_manifest::{Action, Egress};

use super::{Graph, Group, Id, Node, Opening, Part, Peer, Text, Vpc};
use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    iam::allow,
};

/// A service of AWS that is called from inside a VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    DynamoDb,
    Events,
    Sns,
    KinesisStreams,
    SecretsManager,
}

/// A VPC endpoint: for DynamoDB a gateway, which is free and stands in the route tables; for the
/// others interfaces in the private subnets.
///
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html>
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Endpoint {
    pub(crate) node: Node,
    pub(crate) vpc: Id<Vpc>,
    pub(crate) service: Service,
    /// The security group of its interfaces; a gateway has none.
    pub(crate) group: Option<Id<Group>>,
}

/// That something in a VPC calls a service. All calls together decide which endpoints the VPC
/// gets, and what their callers' security groups let out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) vpc: Id<Vpc>,
    /// The caller's security group.
    pub(crate) group: Id<Group>,
    pub(crate) service: Service,
    /// What for, in the characters of [`Opening::purpose`].
    pub(crate) purpose: &'static str,
    /// The caller cannot do it through a NAT gateway.
    pub(crate) required_endpoint: bool,
}

/// HTTPS.
pub(crate) const PORT: u16 = 443;

impl Service {
    pub(crate) const ALL: [Self; 5] =
        [Self::DynamoDb, Self::Events, Self::Sns, Self::KinesisStreams, Self::SecretsManager];

    /// The service that a handle calls.
    pub(crate) fn of(action: Action) -> Self {
        match action {
            Action::GetItem
            | Action::PutItem
            | Action::UpdateItem
            | Action::DeleteItem
            | Action::Query => Self::DynamoDb,
            Action::PutEvents => Self::Events,
            Action::Publish => Self::Sns,
        }
    }

    /// The service of an action of IAM, if it is one of these.
    pub(crate) fn of_action(action: &str) -> Option<Self> {
        let prefix = allow::service(action);
        Self::ALL.into_iter().find(|service| service.prefix() == prefix)
    }

    /// What its actions begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::KinesisStreams => "kinesis",
            Self::DynamoDb | Self::Events | Self::Sns | Self::SecretsManager => self.name(),
        }
    }

    /// The end of the name of its endpoints
    /// (<https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>).
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Events => "events",
            Self::Sns => "sns",
            Self::KinesisStreams => "kinesis-streams",
            Self::SecretsManager => "secretsmanager",
        }
    }

    /// Its name as a part of a node's.
    fn part(self) -> String {
        self.name().replace('-', "_")
    }

    /// The whole name of its endpoints, `com.amazonaws.REGION.dynamodb`, which its prefix list
    /// has too.
    pub(crate) fn endpoint_name(self) -> Text {
        Text::new([
            "com.amazonaws.".into(),
            Part::Region,
            Part::Literal(format!(".{}", self.name())),
        ])
    }

    /// What a function does with it.
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Self::DynamoDb => "tables",
            Self::Events => "events",
            Self::Sns => "notifications",
            Self::KinesisStreams => "streams",
            Self::SecretsManager => "secrets",
        }
    }
}

/// The way from a VPC to a service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// An endpoint that the VPC has.
    There,
    /// An endpoint that is created.
    Endpoint,
    /// A NAT gateway.
    Internet,
}

/// Turns all calls into endpoints and openings.
///
/// # Errors
///
/// An existing VPC of which the stage file says too little for what is called from inside it.
pub(crate) fn connect(graph: &mut Graph) -> Result<()> {
    let mut services = BTreeMap::<_, Vec<Call>>::new();
    for call in &graph.calls {
        services.entry((call.vpc, call.service)).or_default().push(call.clone());
    }
    let mut mistakes = Vec::new();
    for ((vpc, service), calls) in services {
        let way = way(&graph.vpcs[vpc], service, &calls);
        match peer(way, vpc, service, &calls, graph) {
            Ok(to) => graph.openings.extend(calls.into_iter().map(|call| Opening {
                from: call.group,
                to,
                port: PORT,
                purpose: call.purpose.into(),
            })),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Failure(mistakes)) }
}

fn way(vpc: &Vpc, service: Service, calls: &[Call]) -> Way {
    // A gateway endpoint costs nothing, and a NAT gateway by the byte.
    let free = service == Service::DynamoDb && vpc.node.is_created();
    let required = calls.iter().any(|call| call.required_endpoint);
    if vpc.served.contains(&service) {
        Way::There
    } else if vpc.egress == Egress::Endpoints || free || required {
        Way::Endpoint
    } else {
        Way::Internet
    }
}

/// Whom callers have to reach for a service; makes its endpoint if there is to be one.
fn peer(
    way: Way,
    vpc: Id<Vpc>,
    service: Service,
    calls: &[Call],
    graph: &mut Graph,
) -> Result<Peer, Diagnostic> {
    let lacks = |what, help| lacks(what, help, vpc, service, calls, graph);
    match (way, service) {
        (Way::Internet, _) => Ok(Peer::Internet),
        (Way::There, Service::DynamoDb) => Ok(Peer::DynamoDb),
        (Way::There, _) => graph.vpcs[vpc].served_by.map(Peer::Group).ok_or_else(|| {
            lacks(
                "the security group of its endpoint is not known",
                "endpoints_security_group = \"sg-…\"",
            )
        }),
        (Way::Endpoint, Service::DynamoDb) => {
            if graph.vpcs[vpc].private_tables.is_empty() {
                return Err(lacks(
                    "the route tables for its endpoint are not known",
                    "route_tables = [\"rtb-…\"], those of the private subnets, which get a route \
                     to it; or endpoints = [\"dynamodb\"], if it is there",
                ));
            }
            make(vpc, service, None, graph);
            Ok(Peer::DynamoDb)
        }
        (Way::Endpoint, _) => {
            let group = group(vpc, service, graph);
            make(vpc, service, Some(group), graph);
            Ok(Peer::Group(group))
        }
    }
}

/// The stage file says too little of an existing VPC.
fn lacks(
    what: &str,
    help: &str,
    vpc: Id<Vpc>,
    service: Service,
    calls: &[Call],
    graph: &Graph,
) -> Diagnostic {
    let node = &graph.vpcs[vpc].node;
    let (name, service) = (node.item(), service.name());
    let message = format!("`{service}` is called from inside `{name}`, and {what}");
    let mut places: Vec<_> = calls.iter().map(|call| &graph.groups[call.group].node.at).collect();
    places.retain(|at| **at != node.at);
    places.dedup();
    let mistake = Diagnostic::new(message).at(node.at.clone(), "declared here");
    places
        .into_iter()
        .fold(mistake, |mistake, at| mistake.at(at.clone(), "called from here"))
        .help(format!("write in esteira.toml: [stage.{}.resources.{name}] {help}", graph.stage))
}

fn make(vpc: Id<Vpc>, service: Service, group: Option<Id<Group>>, graph: &mut Graph) {
    let node = graph.vpcs[vpc].node.part(&service.part(), "Endpoint");
    graph.endpoints.push(Endpoint { node, vpc, service, group });
}

/// The security group of the interfaces of an endpoint that is created.
fn group(vpc: Id<Vpc>, service: Service, graph: &mut Graph) -> Id<Group> {
    let node = graph.vpcs[vpc].node.part(&format!("{}_endpoint", service.part()), "SecurityGroup");
    let description = format!("The endpoint of {}", service.name());
    graph.groups.push(Group { node, vpc, description })
}
