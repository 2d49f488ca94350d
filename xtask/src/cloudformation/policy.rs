//! Policies of roles.

use super::Value;
use crate::{
    graph::{Function, Graph, Part, Text},
    iam::{self, Condition, Resource, Statement},
};

/// The policy that lets Lambda assume a role.
pub(super) fn trust() -> Value {
    document([Value::map([
        ("Effect", "Allow".into()),
        ("Action", "sts:AssumeRole".into()),
        ("Principal", Value::map([("Service", iam::LAMBDA.into())])),
    ])])
}

/// The policy that lets a service of DMS assume a role, on behalf of this account alone.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/cross-service-confused-deputy-prevention.html>
pub(super) fn trust_of(service: &Text) -> Value {
    let account = super::text(&Text::new([Part::Account]));
    let condition = Value::map([("aws:SourceAccount", account)]);
    document([Value::map([
        ("Effect", "Allow".into()),
        ("Action", "sts:AssumeRole".into()),
        ("Principal", Value::map([("Service", super::text(service))])),
        ("Condition", Value::map([("StringEquals", condition)])),
    ])])
}

/// The statement of a role's policy that allows some actions on one resource.
pub(super) fn allow(sid: &str, actions: &[&str], resource: Value) -> Value {
    Value::map([
        ("Sid", sid.into()),
        ("Effect", "Allow".into()),
        ("Action", Value::list(actions.iter().copied())),
        ("Resource", resource),
    ])
}

/// What a function may do.
pub(super) fn grants(function: &Function, graph: &Graph) -> Value {
    document(function.role.statements.iter().map(|s| statement(s, function, graph)))
}

/// Which parameter asked for each statement, by its id.
pub(super) fn origins(function: &Function) -> Value {
    let statements = function.role.statements.iter();
    Value::map(statements.map(|s| (&s.sid, s.origin.to_string().into())))
}

/// A policy of statements.
pub(super) fn document(statements: impl IntoIterator<Item = Value>) -> Value {
    Value::map([("Version", iam::VERSION.into()), ("Statement", Value::list(statements))])
}

/// The statement of a resource's policy that refuses calls whose transport is not encrypted.
pub(super) fn only_tls(actions: &str, resource: Value) -> Value {
    let condition = Value::map([("aws:SecureTransport", "false".into())]);
    Value::map([
        ("Sid", "OnlyTls".into()),
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", actions.into()),
        ("Resource", resource),
        ("Condition", Value::map([("Bool", condition)])),
    ])
}

fn statement(statement: &Statement, function: &Function, graph: &Graph) -> Value {
    let Statement { sid, effect, actions, resource, condition, .. } = statement;
    let action = match actions.as_slice() {
        [one] => Value::from(one.as_ref()),
        several => Value::list(several.iter().map(AsRef::<str>::as_ref)),
    };
    let resource = match resource {
        Resource::One(reference) => super::reference(*reference, graph),
        Resource::Written(arn) => arn.into(),
        Resource::Objects(bucket) => super::objects(*bucket, graph),
        // Here the ARN of a log group ends in `:*` by itself: it means the group's streams.
        Resource::OwnLogs => Value::attribute(&function.log_group.logical.camel, "Arn"),
        Resource::Any => "*".into(),
    };
    let mut entries = vec![
        ("Sid", sid.into()),
        ("Effect", effect.name().into()),
        ("Action", action),
        ("Resource", resource),
    ];
    if let Some(Condition { operator, keys }) = condition {
        let keys = Value::map(keys.iter().map(|(key, value)| (*key, super::text(value))));
        entries.push(("Condition", Value::map([(*operator, keys)])));
    }
    Value::map(entries)
}
