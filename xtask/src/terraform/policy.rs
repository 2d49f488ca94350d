//! Policies of roles.

use crate::{
    graph::{Function, Graph, Part, Text},
    hcl::Expression,
    iam::{self, Condition, Resource, Statement},
};

/// The policy that lets Lambda assume a role.
pub(super) fn trust() -> Expression {
    let statement = Expression::object([
        ("Effect", "Allow".into()),
        ("Action", "sts:AssumeRole".into()),
        ("Principal", Expression::object([("Service", iam::LAMBDA)])),
    ]);
    document([statement])
}

/// The policy that lets a service of DMS assume a role, on behalf of this account alone.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/cross-service-confused-deputy-prevention.html>
pub(super) fn trust_of(service: &Text) -> Expression {
    let account = super::text(&Text::new([Part::Account]));
    let condition = Expression::object([("aws:SourceAccount", account)]);
    let statement = Expression::object([
        ("Effect", "Allow".into()),
        ("Action", "sts:AssumeRole".into()),
        ("Principal", Expression::object([("Service", super::text(service))])),
        ("Condition", Expression::object([("StringEquals", condition)])),
    ]);
    document([statement])
}

/// The statement of a role's policy that allows some actions on one resource.
pub(super) fn allow(sid: &str, actions: &[&str], resource: Expression) -> Expression {
    Expression::object([
        ("Sid", sid.into()),
        ("Effect", "Allow".into()),
        ("Action", Expression::list(actions.iter().copied())),
        ("Resource", resource),
    ])
}

/// What a function may do; each statement says which parameter asked for it.
pub(super) fn grants(function: &Function, graph: &Graph) -> Expression {
    let statements = &function.role.statements;
    policy(
        statements
            .iter()
            .map(|s| (vec![s.origin.to_string()], statement(s, function, graph)))
            .collect(),
    )
}

/// A policy of statements.
pub(super) fn document(statements: impl IntoIterator<Item = Expression>) -> Expression {
    policy(statements.into_iter().map(|statement| (Vec::new(), statement)).collect())
}

/// The statement of a resource's policy that refuses calls whose transport is not encrypted.
pub(super) fn only_tls(actions: &str, resource: Expression) -> Expression {
    let condition = Expression::object([("aws:SecureTransport", "false")]);
    Expression::object([
        ("Sid", "OnlyTls".into()),
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", actions.into()),
        ("Resource", resource),
        ("Condition", Expression::object([("Bool", condition)])),
    ])
}

fn policy(statements: Vec<(Vec<String>, Expression)>) -> Expression {
    Expression::json(Expression::object([
        ("Version", iam::VERSION.into()),
        ("Statement", Expression::List(statements)),
    ]))
}

fn statement(statement: &Statement, function: &Function, graph: &Graph) -> Expression {
    let Statement { sid, effect, actions, resource, condition, .. } = statement;
    let action = match actions.as_slice() {
        [one] => Expression::from(one.as_ref()),
        several => Expression::list(several.iter().map(AsRef::<str>::as_ref)),
    };
    let resource = match resource {
        Resource::One(reference) => super::reference(*reference, graph),
        Resource::Written(arn) => arn.into(),
        Resource::Objects(bucket) => super::objects(*bucket, graph),
        Resource::OwnLogs => {
            let name = &function.log_group.logical.snake;
            Expression::raw(format!("\"${{{}.{name}.arn}}:*\"", super::function::LOG_GROUP))
        }
        Resource::Any => "*".into(),
    };
    let mut entries = vec![
        ("Sid", sid.into()),
        ("Effect", effect.name().into()),
        ("Action", action),
        ("Resource", resource),
    ];
    if let Some(Condition { operator, keys }) = condition {
        let keys = Expression::object(keys.iter().map(|(key, value)| (*key, super::text(value))));
        entries.push(("Condition", Expression::object([(*operator, keys)])));
    }
    Expression::object(entries)
}
