//! Where Terraform keeps the state of a stage.

use std::collections::BTreeMap;

use toml::{Spanned, Value};

use crate::diagnostic::Diagnostic;

/// A backend of Terraform, such as `s3`, with its arguments
/// (<https://developer.hashicorp.com/terraform/language/backend>).
#[derive(Debug, Clone, PartialEq)]
pub struct Backend {
    /// What Terraform calls it.
    pub(crate) kind: String,
    /// Its arguments: texts, numbers, booleans, and lists and tables of them.
    pub(crate) arguments: toml::Table,
}

/// As it stands in a stage file.
pub(super) type Written = BTreeMap<Spanned<String>, Spanned<toml::Table>>;

impl Backend {
    /// The backend that a table with one entry describes.
    pub(super) fn new(written: &Spanned<Written>) -> Result<Self, (usize, Diagnostic)> {
        let mut entries = written.get_ref().iter();
        let (Some((kind, arguments)), None) = (entries.next(), entries.next()) else {
            let count = written.get_ref().len();
            let message = format!("a stage has one Terraform backend, and this is {count}");
            let help =
                "write for instance { s3 = { bucket = \"…\", key = \"…\", region = \"…\" } }";
            return Err((written.span().start, Diagnostic::new(message).help(help)));
        };
        let names = arguments.get_ref().keys().map(|name| (name, arguments));
        for (name, span) in [(kind.get_ref(), kind.span())]
            .into_iter()
            .chain(names.map(|(name, table)| (name, table.span())))
        {
            if !is_identifier(name) {
                let message = format!("`{name}` is no name that Terraform takes");
                let help = "names have letters a-z, digits, `_` and `-`";
                return Err((span.start, Diagnostic::new(message).help(help)));
            }
        }
        if arguments.get_ref().values().any(has_date) {
            let message = "Terraform has no dates";
            let help = "write it as a text, in quotes";
            return Err((arguments.span().start, Diagnostic::new(message).help(help)));
        }
        Ok(Self { kind: kind.get_ref().clone(), arguments: arguments.get_ref().clone() })
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn has_date(value: &Value) -> bool {
    match value {
        Value::Datetime(_) => true,
        Value::Array(elements) => elements.iter().any(has_date),
        Value::Table(table) => table.values().any(has_date),
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => false,
    }
}
