//! What a function's role allows: one statement a handle, and what the platform itself needs.

use std::{collections::HashSet, fmt};

use esteira_manifest::{self as manifest, Action, Grant, Handler, Parameter, Role};

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{
        Event, Graph, Id, Idempotency, Index, Part, Reference, Table, Target, Text, Topic, Trigger,
        place, upper_camel,
    },
};

pub(crate) mod allow;
mod keys;

/// The service that assumes a function's role.
pub(crate) const LAMBDA: &str = "lambda.amazonaws.com";

/// The name of the policy with all of a role's statements.
pub(crate) const POLICY: &str = "grants";

/// The version of the policy language, the only one in use.
pub(crate) const VERSION: &str = "2012-10-17";

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    /// Unique in its policy; letters and digits only, as IAM demands.
    pub(crate) sid: String,
    pub(crate) effect: Effect,
    pub(crate) actions: Vec<manifest::Text>,
    pub(crate) resource: Resource,
    pub(crate) condition: Option<Condition>,
    pub(crate) origin: Origin,
}

/// Whether a statement allows or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

impl Effect {
    /// As IAM spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// What has to be so for a statement to count: each key has its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) operator: &'static str,
    pub(crate) keys: Vec<(&'static str, Text)>,
}

impl Condition {
    /// That keys equal a value.
    fn equals(keys: impl IntoIterator<Item = (&'static str, Text)>) -> Option<Self> {
        Some(Self { operator: "StringEquals", keys: keys.into_iter().collect() })
    }
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Resource {
    /// One resource, by its ARN.
    One(Reference),
    /// What the user writes: an ARN, or `*`.
    Written(String),
    /// The objects of a bucket, by its ARN.
    Objects(Reference),
    /// The streams of the function's own log group.
    OwnLogs,
    /// Actions that AWS defines for no particular resource.
    Any,
}

/// Why a statement is there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    /// A handle among the handler's parameters.
    Parameter { name: String, at: Place },
    /// An `allow` of the handler.
    Allow { at: Place },
    /// Lambda or the runtime needs it, whatever the handler's body does.
    Platform { purpose: &'static str },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter { name, at } => write!(f, "{name}: {at}"),
            Self::Allow { at } => write!(f, "allow: {at}"),
            Self::Platform { purpose } => write!(f, "platform: {purpose}"),
        }
    }
}

/// What a handle acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    Table(Id<Table>),
    Event(Id<Event>),
    Topic(Id<Topic>),
}

impl Object {
    /// Resolves the resource of a grant, which `at` refers to.
    pub(crate) fn of(grant: &Grant, index: &Index<'_>, at: Place) -> Result<Self, Diagnostic> {
        let id = &grant.resource;
        match grant.action {
            Action::GetItem
            | Action::PutItem
            | Action::UpdateItem
            | Action::DeleteItem
            | Action::Query => index.resolve(&index.tables, id, at).map(Object::Table),
            Action::PutEvents => index.resolve(&index.events, id, at).map(Object::Event),
            Action::Publish => index.resolve(&index.topics, id, at).map(Object::Topic),
        }
    }

    /// The resource whose ARN IAM checks: for an event, its bus.
    pub(crate) fn target(self, graph: &Graph) -> Target {
        match self {
            Object::Table(id) => Target::Table(id),
            Object::Event(id) => Target::Bus(graph.events[id].bus),
            Object::Topic(id) => Target::Topic(id),
        }
    }
}

/// The handles among a handler's parameters.
pub(crate) fn handles(handler: &Handler) -> impl Iterator<Item = (&Parameter, &Grant)> {
    handler.parameters.iter().filter_map(|parameter| match &parameter.role {
        Role::Handle(grant) => Some((parameter, grant)),
        Role::Input | Role::Context | Role::Raw => None,
    })
}

/// One statement for each handle and each `allow`, in the order in which they are written.
pub(crate) fn grants(
    handler: &Handler,
    index: &Index<'_>,
    graph: &Graph,
) -> Result<Vec<Statement>, Diagnostic> {
    let allows = handler.allows.iter().map(|allow| allow::statement(allow, index));
    handles(handler)
        .map(|(parameter, grant)| {
            let at = place(&parameter.at);
            let object = Object::of(grant, index, at.clone())?;
            // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
            let condition = match object {
                Object::Event(id) => {
                    let event = &graph.events[id];
                    Condition::equals([
                        ("events:source", literal(&event.source)),
                        ("events:detail-type", literal(&event.detail_type)),
                    ])
                }
                Object::Table(_) | Object::Topic(_) => None,
            };
            Ok(Statement {
                sid: upper_camel(&parameter.name),
                effect: Effect::Allow,
                actions: vec![grant.action.iam().into()],
                resource: Resource::One(object.target(graph).arn()),
                condition,
                origin: Origin::Parameter { name: parameter.name.to_string(), at },
            })
        })
        .chain(allows)
        .collect()
}

/// A text in a condition that IAM shall not read as a policy variable.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
fn literal(text: &str) -> Text {
    text.replace("${", "${$}{").into()
}

/// What a function needs besides its grants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs<'a> {
    /// The function's name.
    pub(crate) function: &'a str,
    pub(crate) trigger: Trigger,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) in_vpc: bool,
}

/// What the platform needs to run a function: its trigger, the place for its failures, the table
/// for what it has done, its logs, its traces, its way in a VPC; and the keys of what it and its
/// `grants` are about.
pub(crate) fn platform(needs: Needs<'_>, grants: &[Statement], graph: &Graph) -> Vec<Statement> {
    let Needs { function, trigger, idempotency, in_vpc } = needs;
    let mut statements = Vec::new();
    let mut add = |sid: &str, purpose, actions: &[&'static str], resource| {
        // A bucket that is gone may come back as somebody else's, under the same name.
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        let condition = match &resource {
            Resource::One(Reference { target: Target::Bucket(_), .. }) | Resource::Objects(_) => {
                Condition::equals([("s3:ResourceAccount", Text::new([Part::Account]))])
            }
            _ => None,
        };
        statements.push(Statement {
            sid: sid.to_owned(),
            effect: Effect::Allow,
            actions: actions.iter().copied().map(Into::into).collect(),
            resource,
            condition,
            origin: Origin::Platform { purpose },
        });
    };
    match trigger {
        // The mapping checks for these when it is made. `SubscribeToShard` is for enhanced
        // fan-out, and `ListStreams`, which AWS's managed policy also has, finds a stream by
        // account; the mapping is told its stream.
        // https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
        Trigger::Mapping(id) => {
            let mapping = &graph.mappings[id];
            add(
                "PlatformPolling",
                "Lambda polls the stream",
                &[
                    "kinesis:DescribeStream",
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                ],
                Resource::One(Target::Stream(mapping.stream).arn()),
            );
            // https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
            let bucket = Target::Bucket(mapping.failures).arn();
            add(
                "PlatformFailures",
                "Lambda keeps the records that it gives up on",
                &["s3:PutObject"],
                Resource::Objects(bucket),
            );
            add(
                "PlatformFailureBucket",
                "Lambda looks for the bucket it keeps them in",
                &["s3:ListBucket"],
                Resource::One(bucket),
            );
        }
        // A bus invokes by the function's permission, not by its role.
        Trigger::Rule(id) => add(
            "PlatformFailures",
            "Lambda keeps the events that the function fails at",
            &["sqs:SendMessage"],
            Resource::One(Target::Queue(graph.rules[id].failures).arn()),
        ),
    }
    if let Some(Idempotency { table, .. }) = idempotency {
        add(
            "PlatformIdempotency",
            "the function remembers what it has done",
            &["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
            Resource::One(Target::Table(table).arn()),
        );
    }
    add(
        "PlatformLogs",
        "Lambda writes the function's log",
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource::OwnLogs,
    );
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    add(
        "PlatformTracing",
        "Lambda sends traces; X-Ray has no resource to name here",
        &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource::Any,
    );
    if in_vpc {
        // Those of AWSLambdaVPCAccessExecutionRole that are not about logs. The describing ones
        // work only on all resources, and Lambda checks the role for the others before there is
        // an interface that could be named.
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
        add(
            "PlatformNetwork",
            "Lambda manages the network interfaces in the VPC; they have no names before",
            &NETWORK,
            Resource::Any,
        );
        statements.push(only_lambda(function));
    }
    statements.extend(keys::uses(trigger, grants, graph));
    statements
}

/// What Lambda does with the network interfaces of a function.
const NETWORK: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];

/// Takes from the code of a function what its role lets Lambda do in its VPC: a call that comes
/// from the code, and no other, says of which function it is.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html>
fn only_lambda(function: &str) -> Statement {
    // A reference to the function would be a circle: that waits for its role.
    let arn = Text::new([
        "arn:".into(),
        Part::Partition,
        ":lambda:".into(),
        Part::Region,
        ":".into(),
        Part::Account,
        Part::Literal(format!(":function:{function}")),
    ]);
    let keys = vec![("lambda:SourceFunctionArn", arn)];
    Statement {
        sid: "PlatformNetworkOnly".into(),
        effect: Effect::Deny,
        actions: NETWORK.map(Into::into).to_vec(),
        resource: Resource::Any,
        condition: Some(Condition { operator: "ArnEquals", keys }),
        origin: Origin::Platform { purpose: "the function's own code manages none of them" },
    }
}

/// Makes the statement ids of one policy unique: parameters `a_b` and `a__b` would share one.
pub(crate) fn name_apart(statements: &mut [Statement]) {
    let mut taken: HashSet<String> = statements.iter().map(|s| s.sid.clone()).collect();
    let mut seen = HashSet::new();
    for statement in statements {
        if !seen.insert(statement.sid.clone()) {
            let free = (2..).map(|n| format!("{}{n}", statement.sid)).find(|s| !taken.contains(s));
            statement.sid = free.unwrap_or_default();
            taken.insert(statement.sid.clone());
            seen.insert(statement.sid.clone());
        }
    }
}

#[cfg(test)]
mod tests;
