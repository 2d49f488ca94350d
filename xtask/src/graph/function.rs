//! A handler's function, with its role and its log group.

use std::{collections::BTreeMap, ops::RangeInclusive};

use esteira_manifest::{self as manifest, Architecture, Kind, environment_variable};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Archive, Bucket, Declaration, Event, Graph, Id, Idempotency, Index, Logical, Mapping, Network,
    Node, Queue, Reference, Rule, Target, index::Entry, upper_camel,
};
use crate::{
    diagnostic::{Diagnostic, Result},
    iam,
    stage::Stage,
};

/// The memory of a function, in MiB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub(crate) const MEMORY: RangeInclusive<u32> = 128..=10_240;

/// The executions that can be reserved. None at all would switch the function off.
const RESERVED_CONCURRENCY: RangeInclusive<u32> = 1..=100_000;

/// A Lambda function, with its role and its log group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Function {
    pub(crate) node: Node,
    /// The name of the Rust function, and of its zip.
    pub(crate) handler: String,
    /// In MiB.
    pub(crate) memory: u32,
    /// In seconds.
    pub(crate) timeout: u32,
    /// None for the one that the zips are built for.
    pub(crate) architecture: Option<Architecture>,
    /// Executions that only it may use, and at most uses.
    pub(crate) reserved_concurrency: Option<u32>,
    /// Where it stands, if in a VPC.
    pub(crate) network: Option<Network>,
    /// That it remembers what it has done.
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) role: Role,
    pub(crate) log_group: Node,
    /// In days.
    pub(crate) log_retention: u32,
    /// Ordered by name.
    pub(crate) environment: Vec<Variable>,
    /// The events it may publish.
    pub(crate) publishes: Vec<Id<Event>>,
    /// The rules that have to be there before it, in order.
    pub(crate) after: Vec<Id<Rule>>,
    pub(crate) trigger: Trigger,
}

/// The role a function runs as.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Role {
    pub(crate) node: Node,
    pub(crate) statements: Vec<iam::Statement>,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// The user's.
    Literal(String),
    /// What a handle, or a raw client, is told of its resource.
    Of(Reference),
}

/// The settings of a function in a stage.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a handler")]
struct InStage {
    memory: Option<Spanned<u32>>,
    reserved_concurrency: Option<Spanned<u32>>,
}

/// What Lambda calls a processor.
pub(crate) fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Arm64 => "arm64",
        Architecture::X86_64 => "x86_64",
    }
}

/// What invokes a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    Mapping(Id<Mapping>),
    Rule(Id<Rule>),
}

impl Declaration for manifest::Handler {
    type Node = Function;
    const NOUN: &'static str = "a handler";
    const ATTRIBUTE: &'static str = "#[on_event(rule = …)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Handler(handler) = kind { Some(handler) } else { None }
    }
}

impl Function {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::part(name, "Function")
    }

    /// The CloudFormation parameter with the key of the function's zip.
    pub(crate) fn code_key(&self) -> String {
        upper_camel(&self.handler) + "CodeKey"
    }

    /// The archives of the buses it publishes to: they keep what comes after them.
    pub(crate) fn archives<'a>(&self, graph: &'a Graph) -> Vec<&'a Archive> {
        let buses = graph
            .buses
            .ids()
            .filter(|bus| self.publishes.iter().any(|event| graph.events[*event].bus == *bus));
        let created = buses.map(|bus| &graph.buses[bus]).filter(|bus| bus.node.is_created());
        created.filter_map(|bus| bus.archive.as_ref()).collect()
    }

    /// Adds the function of a handler and its trigger.
    pub(crate) fn add(
        entry: Entry<'_, manifest::Handler>,
        index: &Index<'_>,
        stage: &Stage,
        graph: &mut Graph,
    ) -> Result<()> {
        let Entry { item, declared } = entry;
        let settings = stage.settings::<InStage>(item)?;
        let InStage { memory, reserved_concurrency } = &settings.values;
        let memory = settings.number("memory", memory.as_ref(), MEMORY, entry.place())?;
        let reserved_concurrency = settings.number(
            "reserved_concurrency",
            reserved_concurrency.as_ref(),
            RESERVED_CONCURRENCY,
            entry.place(),
        )?;
        let part =
            |kind| Node::new(item, &declared.function, Logical::part(item.name(), kind), stage);
        let node = part("Function");

        let id = graph.functions.next();
        let trigger = match &declared.trigger {
            manifest::Trigger::Kinesis(kinesis) => {
                let node = part("Mapping");
                let failures = Bucket::of_failures(graph, &node.at, stage)?;
                let mapping = Mapping::new(node, kinesis, id, failures, index)?;
                Trigger::Mapping(graph.mappings.push(mapping))
            }
            manifest::Trigger::Event(event) => {
                let name = stage.physical_name(&Queue::name(&declared.function));
                let failures = graph.queues.push(Queue {
                    node: Node { name, ..part("FailureQueue") },
                    policy: part("FailureQueuePolicy"),
                    rule: graph.rules.next(),
                });
                Trigger::Rule(graph.rules.push(Rule::new(part, event, id, failures, index)?))
            }
        };

        let network = Network::of(entry, part("SecurityGroup"), index, graph)?;
        let mut statements = iam::grants(declared, index, graph)?;
        let idempotency = Idempotency::of(entry, index)?;
        let needs =
            iam::Needs { function: &node.name, trigger, idempotency, in_vpc: network.is_some() };
        statements.extend(iam::platform(needs, &statements, graph));
        iam::name_apart(&mut statements);

        let mut log_group = part("LogGroup");
        log_group.name = format!("/aws/lambda/{}", log_group.name);
        let (publishes, environment) = uses(declared, idempotency, index, graph)?;
        graph.functions.push(Self {
            handler: item.name().to_owned(),
            memory: memory.unwrap_or(declared.memory),
            timeout: declared.timeout,
            architecture: declared.architecture,
            reserved_concurrency: reserved_concurrency.or(declared.reserved_concurrency),
            network,
            idempotency,
            // A role's name may have the 64 characters that a function's may have.
            role: Role { node: part("Role"), statements },
            log_group,
            log_retention: stage.log_retention_days,
            environment,
            publishes,
            after: Vec::new(),
            trigger,
            node,
        });
        Ok(())
    }
}

/// The events a handler publishes, and its environment: the user's variables, and what its handles
/// and the platform's parts of it need to be told.
fn uses(
    handler: &manifest::Handler,
    idempotency: Option<Idempotency>,
    index: &Index<'_>,
    graph: &Graph,
) -> Result<(Vec<Id<Event>>, Vec<Variable>), Diagnostic> {
    let mut publishes = Vec::new();
    let mut environment: BTreeMap<_, _> = handler
        .environment
        .iter()
        .map(|variable| (variable.name.to_string(), Value::Literal(variable.value.to_string())))
        .collect();
    let mut targets: Vec<_> = idempotency.iter().map(|it| Target::Table(it.table)).collect();
    for (parameter, grant) in iam::handles(handler) {
        let object = iam::Object::of(grant, index, super::place(&parameter.at))?;
        if let iam::Object::Event(event) = object {
            publishes.push(event);
        }
        targets.push(object.target(graph));
    }
    for allow in handler.allows.iter() {
        targets.extend(iam::allow::target(allow, index)?);
    }
    environment.extend(
        targets.into_iter().map(|target| {
            (environment_variable(&target.node(graph).id), Value::Of(target.handle()))
        }),
    );
    let environment =
        environment.into_iter().map(|(name, value)| Variable { name, value }).collect();
    Ok((publishes, environment))
}
