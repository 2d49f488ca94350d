//! A handler's function, with its role and its log group.

use std::collections::BTreeMap;

use esteira::manifest::{self, Kind, environment_variable};

use super::{
    Declaration, Event, Graph, Id, Index, Logical, Mapping, Node, Reference, Rule, index::Entry,
    upper_camel,
};
use crate::{diagnostic::Diagnostic, iam, stage::Stage};

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
    pub(crate) role: Role,
    pub(crate) log_group: Node,
    /// In days.
    pub(crate) log_retention: u32,
    /// Ordered by name.
    pub(crate) environment: Vec<Variable>,
    /// The events it may publish.
    pub(crate) publishes: Vec<Id<Event>>,
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
    pub(crate) value: Reference,
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

    /// Adds the function of a handler and its trigger.
    pub(crate) fn add(
        entry: Entry<'_, manifest::Handler>,
        index: &Index<'_>,
        stage: &Stage,
        graph: &mut Graph,
    ) -> Result<(), Diagnostic> {
        let Entry { item, declared } = entry;
        let part =
            |kind| Node::new(item, &declared.function, Logical::part(item.name(), kind), stage);
        let node = part("Function");

        let id = graph.functions.next();
        let trigger = match &declared.trigger {
            manifest::Trigger::Kinesis(kinesis) => {
                let node = part("Mapping");
                Trigger::Mapping(graph.mappings.push(Mapping::new(node, kinesis, id, index)?))
            }
            manifest::Trigger::Event(event) => {
                Trigger::Rule(graph.rules.push(Rule::new(part, event, id, index)?))
            }
        };

        let mut statements = iam::grants(declared, index, graph)?;
        statements.extend(iam::platform(trigger, graph));
        iam::name_apart(&mut statements);

        let mut log_group = part("LogGroup");
        log_group.name = format!("/aws/lambda/{}", log_group.name);
        let (publishes, environment) = uses(declared, index, graph)?;
        graph.functions.push(Self {
            handler: item.name().to_owned(),
            memory: declared.memory,
            timeout: declared.timeout,
            // A role's name may have the 64 characters that a function's may have.
            role: Role { node: part("Role"), statements },
            log_group,
            log_retention: stage.log_retention_days,
            environment,
            publishes,
            trigger,
            node,
        });
        Ok(())
    }
}

/// The events a handler publishes, and what its handles need to be told.
fn uses(
    handler: &manifest::Handler,
    index: &Index<'_>,
    graph: &Graph,
) -> Result<(Vec<Id<Event>>, Vec<Variable>), Diagnostic> {
    let mut publishes = Vec::new();
    let mut environment = BTreeMap::new();
    for (parameter, grant) in iam::handles(handler) {
        let object = iam::Object::of(grant, index, super::place(&parameter.at))?;
        if let iam::Object::Event(event) = object {
            publishes.push(event);
        }
        let target = object.target(graph);
        environment.insert(environment_variable(&target.node(graph).id), target.handle());
    }
    let environment =
        environment.into_iter().map(|(name, value)| Variable { name, value }).collect();
    Ok((publishes, environment))
}
