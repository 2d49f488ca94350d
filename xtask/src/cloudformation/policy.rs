//! Policies of roles.

use super::Value;
use crate::{
    graph::{Function, Graph},
    iam::{self, Resource, Statement},
};

/// The policy that lets Lambda assume a role.
pub(super) fn trust() -> Value {
    policy([Value::map([
        ("Effect", "Allow".into()),
        ("Action", "sts:AssumeRole".into()),
        ("Principal", Value::map([("Service", iam::LAMBDA.into())])),
    ])])
}

/// What a function may do.
pub(super) fn grants(function: &Function, graph: &Graph) -> Value {
    policy(function.role.statements.iter().map(|s| statement(s, function, graph)))
}

/// Which parameter asked for each statement, by its id.
pub(super) fn origins(function: &Function) -> Value {
    let statements = function.role.statements.iter();
    Value::map(statements.map(|s| (&s.sid, s.origin.to_string().into())))
}

fn policy(statements: impl IntoIterator<Item = Value>) -> Value {
    Value::map([("Version", iam::VERSION.into()), ("Statement", Value::list(statements))])
}

fn statement(statement: &Statement, function: &Function, graph: &Graph) -> Value {
    let Statement { sid, actions, resource, equals, .. } = statement;
    let action = match actions.as_slice() {
        [one] => Value::from(*one),
        several => Value::list(several.iter().copied()),
    };
    let resource = match resource {
        Resource::One(reference) => super::reference(*reference, graph),
        // Here the ARN of a log group ends in `:*` by itself: it means the group's streams.
        Resource::OwnLogs => Value::attribute(&function.log_group.logical.camel, "Arn"),
        Resource::Any => "*".into(),
    };
    let mut entries = vec![
        ("Sid", sid.into()),
        ("Effect", "Allow".into()),
        ("Action", action),
        ("Resource", resource),
    ];
    if !equals.is_empty() {
        let equals = Value::map(equals.iter().map(|(key, value)| (*key, value.into())));
        entries.push(("Condition", Value::map([("StringEquals", equals)])));
    }
    Value::map(entries)
}
