//! Policies of roles.

use crate::{
    graph::{Function, Graph},
    hcl::Expression,
    iam::{self, Resource, Statement},
};

/// The policy that lets Lambda assume a role.
pub(super) fn trust() -> Expression {
    let statement = Expression::object([
        ("Effect", "Allow".into()),
        ("Action", "sts:AssumeRole".into()),
        ("Principal", Expression::object([("Service", iam::LAMBDA)])),
    ]);
    policy(vec![(Vec::new(), statement)])
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

fn policy(statements: Vec<(Vec<String>, Expression)>) -> Expression {
    Expression::json(Expression::object([
        ("Version", iam::VERSION.into()),
        ("Statement", Expression::List(statements)),
    ]))
}

fn statement(statement: &Statement, function: &Function, graph: &Graph) -> Expression {
    let Statement { sid, actions, resource, equals, .. } = statement;
    let action = match actions.as_slice() {
        [one] => Expression::from(*one),
        several => Expression::list(several.iter().copied()),
    };
    let resource = match resource {
        Resource::One(reference) => super::reference(*reference, graph),
        Resource::OwnLogs => {
            let name = &function.log_group.logical.snake;
            Expression::raw(format!("\"${{{}.{name}.arn}}:*\"", super::function::LOG_GROUP))
        }
        Resource::Any => "*".into(),
    };
    let mut entries = vec![
        ("Sid", sid.into()),
        ("Effect", "Allow".into()),
        ("Action", action),
        ("Resource", resource),
    ];
    if !equals.is_empty() {
        let equals = Expression::object(equals.iter().map(|(key, value)| (*key, value)));
        entries.push(("Condition", Expression::object([("StringEquals", equals)])));
    }
    Expression::object(entries)
}
