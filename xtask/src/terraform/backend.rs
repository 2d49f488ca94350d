//! `backend`: where Terraform keeps its state.

use toml::Value;

use crate::{
    hcl::{Block, Expression},
    stage::Backend,
};

/// The tables that a backend takes as a block within; any other is the value of an argument.
const BLOCKS: [(&str, &str); 3] =
    [("remote", "workspaces"), ("kubernetes", "exec"), ("cos", "assume_role")];

pub(super) fn block(Backend { kind, arguments }: &Backend) -> Block {
    let mut block = Block::new("backend", &[kind]);
    for (name, value) in arguments {
        block = match value {
            Value::Table(table) if BLOCKS.contains(&(kind, name)) => {
                let inner = table.iter().fold(Block::new(name, &[]), |inner, (name, value)| {
                    inner.set(name, expression(value))
                });
                block.block(inner)
            }
            value => block.set(name, expression(value)),
        };
    }
    block
}

fn expression(value: &Value) -> Expression {
    match value {
        Value::String(text) => text.into(),
        Value::Integer(number) => Expression::raw(number.to_string()),
        Value::Float(number) => Expression::raw(number.to_string()),
        Value::Boolean(value) => (*value).into(),
        Value::Datetime(date) => date.to_string().into(),
        Value::Array(elements) => Expression::list(elements.iter().map(expression)),
        Value::Table(table) => {
            Expression::object(table.iter().map(|(key, value)| (key, expression(value))))
        }
    }
}
