//! What handlers may do before a deploy and after it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

use crate::{
    diagnostic::Place,
    graph::{Function, Graph, Part, Reference, Target, Text},
    iam::{Effect, Origin, Resource, Statement},
};

/// Something that a handler may do from then on, or no longer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Permission {
    /// The handler's function, or the name of its role in AWS if it has left the code.
    pub(crate) handler: String,
    /// Whether it is given, and not taken.
    pub(crate) given: bool,
    pub(crate) effect: Effect,
    pub(crate) actions: Vec<String>,
    /// The resource: its name, or an ARN that somebody wrote.
    pub(crate) resource: String,
    /// The parameter, or what of the platform needs it.
    pub(crate) origin: String,
    /// The line that causes it, if the code has it.
    pub(crate) at: Option<Place>,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.given { "+" } else { "-" };
        let deny = if self.effect == Effect::Deny { "never " } else { "" };
        write!(f, "{sign} {deny}{} on {}", self.actions.join(", "), self.resource)
    }
}

/// How the policies that roles have differ from those that the code declares.
pub(crate) fn changes(graph: &Graph, before: &BTreeMap<String, Value>) -> Vec<Permission> {
    let mut changes = Vec::new();
    for function in graph.functions.iter() {
        let deployed = before.get(&function.role.node.name).map(statements).unwrap_or_default();
        compare(function, &deployed, graph, &mut changes);
    }
    let known: Vec<_> = graph.functions.iter().map(|function| &function.role.node.name).collect();
    for (role, policy) in before.iter().filter(|(role, _)| !known.contains(role)) {
        changes.extend(statements(policy).iter().map(|statement| statement.taken(role, None)));
    }
    changes
}

/// What a stage that is destroyed takes from its handlers needs no list: they are gone.
fn compare(
    function: &Function,
    deployed: &[Deployed],
    graph: &Graph,
    changes: &mut Vec<Permission>,
) {
    let handler = &function.handler;
    for statement in &function.role.statements {
        let given = |actions: Vec<String>| given(function, statement, actions, graph);
        let wanted: BTreeSet<_> = statement.actions.iter().map(ToString::to_string).collect();
        match deployed.iter().find(|it| it.sid == statement.sid) {
            Some(same) if same.is_about(statement, function, graph) => {
                let new: Vec<_> = wanted.difference(&same.actions).cloned().collect();
                let old: BTreeSet<_> = same.actions.difference(&wanted).cloned().collect();
                let place = Some(function.node.at.clone());
                if !old.is_empty() {
                    let old = Deployed { actions: old, ..same.clone() };
                    changes.push(old.taken(handler, place));
                }
                if !new.is_empty() {
                    changes.push(given(new));
                }
            }
            other => {
                changes.extend(other.map(|it| it.taken(handler, Some(function.node.at.clone()))));
                changes.push(given(wanted.into_iter().collect()));
            }
        }
    }
    let gone = |it: &&Deployed| !function.role.statements.iter().any(|new| new.sid == it.sid);
    let gone = deployed.iter().filter(gone);
    changes.extend(gone.map(|it| it.taken(handler, Some(function.node.at.clone()))));
}

fn given(
    function: &Function,
    statement: &Statement,
    actions: Vec<String>,
    graph: &Graph,
) -> Permission {
    let (origin, at) = match &statement.origin {
        Origin::Parameter { name, at } => (name.clone(), at),
        Origin::Allow { at } => ("allow".to_owned(), at),
        Origin::Platform { purpose } => ((*purpose).to_owned(), &function.node.at),
    };
    Permission {
        handler: function.handler.clone(),
        given: true,
        effect: statement.effect,
        actions,
        resource: shown(&statement.resource, function, graph),
        origin,
        at: Some(at.clone()),
    }
}

fn shown(resource: &Resource, function: &Function, graph: &Graph) -> String {
    match resource {
        Resource::One(reference) => name(*reference, graph).to_owned(),
        Resource::Objects(reference) => format!("{}/*", name(*reference, graph)),
        Resource::Written(arn) => arn.clone(),
        Resource::OwnLogs => function.log_group.name.clone(),
        Resource::Any => "*".to_owned(),
    }
}

fn name(reference: Reference, graph: &Graph) -> &str {
    let node = reference.target.node(graph);
    node.existing.as_ref().unwrap_or(&node.name)
}

/// A statement of a policy that a role has.
#[derive(Debug, Clone, PartialEq)]
struct Deployed {
    sid: String,
    effect: Effect,
    actions: BTreeSet<String>,
    resources: Vec<String>,
    condition: Value,
}

/// The statements of a policy document.
fn statements(policy: &Value) -> Vec<Deployed> {
    let all = match &policy["Statement"] {
        Value::Array(all) => all.as_slice(),
        one @ Value::Object(_) => std::slice::from_ref(one),
        _ => &[],
    };
    let read = |statement: &Value| Deployed {
        sid: statement["Sid"].as_str().unwrap_or_default().to_owned(),
        effect: if statement["Effect"] == "Deny" { Effect::Deny } else { Effect::Allow },
        actions: texts(&statement["Action"]).into_iter().collect(),
        resources: texts(&statement["Resource"]),
        condition: statement["Condition"].clone(),
    };
    all.iter().map(read).collect()
}

/// IAM writes one text as itself, several as a list.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

impl Deployed {
    fn taken(&self, handler: &str, at: Option<Place>) -> Permission {
        Permission {
            handler: handler.to_owned(),
            given: false,
            effect: self.effect,
            actions: self.actions.iter().cloned().collect(),
            resource: self
                .resources
                .iter()
                .map(|arn| resource_of(arn))
                .collect::<Vec<_>>()
                .join(", "),
            origin: self.sid.clone(),
            at,
        }
    }

    /// Whether it allows on the same resources, under the same conditions. What only AWS knows,
    /// such as an account, cannot differ.
    fn is_about(&self, statement: &Statement, function: &Function, graph: &Graph) -> bool {
        let resource = match self.resources.as_slice() {
            [arn] => match &statement.resource {
                Resource::One(reference) => leads_to(arn, *reference, graph),
                Resource::Objects(reference) => {
                    arn.strip_suffix("/*").is_some_and(|arn| leads_to(arn, *reference, graph))
                }
                Resource::Written(written) => arn == written,
                Resource::OwnLogs => {
                    arn.ends_with(&format!(":log-group:{}:*", function.log_group.name))
                }
                Resource::Any => arn == "*",
            },
            _ => false,
        };
        let condition = match &statement.condition {
            None => self.condition.is_null(),
            Some(condition) => condition.keys.iter().all(|(key, value)| {
                let deployed = &self.condition[condition.operator][*key];
                deployed.as_str().is_some_and(|deployed| could_be(deployed, value))
            }),
        };
        self.effect == statement.effect && resource && condition
    }
}

/// Whether an ARN is that of a resource of the graph.
fn leads_to(arn: &str, reference: Reference, graph: &Graph) -> bool {
    let node = reference.target.node(graph);
    match (&node.existing, reference.target) {
        (Some(existing), _) => arn == existing,
        // It has no name, and is known by an id that AWS gave.
        (None, Target::KmsKey(_)) => arn.contains(":kms:"),
        (None, Target::Bucket(id)) => could_be(&resource_of(arn), &graph.buckets[id].name),
        (None, _) => resource_of(arn) == node.name,
    }
}

/// Whether a text is that one, with something in each place that only AWS knows.
fn could_be(text: &str, pattern: &Text) -> bool {
    let mut rest = text;
    let mut anything = false;
    for part in pattern.parts() {
        match part {
            Part::Literal(literal) => {
                match rest.find(literal.as_str()) {
                    Some(at) if anything || at == 0 => rest = &rest[at + literal.len()..],
                    _ => return false,
                }
                anything = false;
            }
            Part::Account | Part::Region | Part::Partition => anything = true,
        }
    }
    anything || rest.is_empty()
}

/// The name at the end of an ARN.
fn resource_of(arn: &str) -> String {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    let name = resource.rsplit_once(['/', ':']).filter(|_| !resource.ends_with('*'));
    name.map_or(resource, |(_, name)| name).to_owned()
}

#[cfg(test)]
#[path = "permissions/tests.rs"]
mod tests;
