//! The names and values that expressions refer to.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde_dynamo::AttributeValue;

use super::super::value;
use crate::endpoint::failure::{Failure, Outcome};

/// `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request. What is defined and
/// never used is an error, as what is used and not defined.
#[derive(Debug, Default)]
pub(in super::super) struct Placeholders {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
    used: RefCell<BTreeSet<String>>,
}

impl Placeholders {
    /// Those of a request; `any` says whether it has an expression.
    pub(in super::super) fn new(
        names: Option<HashMap<String, String>>,
        values: Option<HashMap<String, AttributeValue>>,
        any: bool,
    ) -> Outcome<Self> {
        let given = [
            ("ExpressionAttributeNames", names.as_ref().map(HashMap::len)),
            ("ExpressionAttributeValues", values.as_ref().map(HashMap::len)),
        ];
        for (what, length) in given {
            match length {
                Some(_) if !any => {
                    return Err(Failure::validation(format!(
                        "{what} can only be specified when using expressions"
                    )));
                }
                Some(0) => return Err(Failure::validation(format!("{what} must not be empty"))),
                _ => {}
            }
        }
        let names = names.unwrap_or_default();
        let mut values = values.unwrap_or_default();
        check_keys("ExpressionAttributeNames", '#', names.keys())?;
        check_keys("ExpressionAttributeValues", ':', values.keys())?;
        for (key, content) in &mut values {
            value::accept(content).map_err(|failure| {
                Failure::validation(format!(
                    "ExpressionAttributeValues contains invalid value: {} for key {key}",
                    failure.message
                ))
            })?;
        }
        Ok(Self { names, values, used: RefCell::default() })
    }

    pub(super) fn name(&self, placeholder: &str) -> Result<String, String> {
        self.used.borrow_mut().insert(placeholder.to_owned());
        self.names.get(placeholder).cloned().ok_or_else(|| {
            format!("An expression attribute name used in the document path is not defined; attribute name: {placeholder}")
        })
    }

    pub(super) fn value(&self, placeholder: &str) -> Result<AttributeValue, String> {
        self.used.borrow_mut().insert(placeholder.to_owned());
        self.values.get(placeholder).cloned().ok_or_else(|| {
            format!("An expression attribute value used in expression is not defined; attribute value: {placeholder}")
        })
    }

    /// Fails if one of them was not used. To be called when all expressions were read.
    pub(in super::super) fn finish(&self) -> Outcome<()> {
        let used = self.used.borrow();
        let unused = |what: &str, keys: Vec<&String>| {
            let mut unused: Vec<_> =
                keys.into_iter().filter(|key| !used.contains(*key)).map(String::as_str).collect();
            unused.sort_unstable();
            if unused.is_empty() {
                return Ok(());
            }
            Err(Failure::validation(format!(
                "Value provided in {what} unused in expressions: keys: {{{}}}",
                unused.join(", ")
            )))
        };
        unused("ExpressionAttributeNames", self.names.keys().collect())?;
        unused("ExpressionAttributeValues", self.values.keys().collect())
    }
}

fn check_keys<'a>(
    what: &str,
    mark: char,
    mut keys: impl Iterator<Item = &'a String>,
) -> Outcome<()> {
    let is_good = |key: &String| {
        let is_good = |c: char| c.is_ascii_alphanumeric() || c == '_';
        key.strip_prefix(mark).is_some_and(|it| !it.is_empty() && it.chars().all(is_good))
    };
    match keys.find(|key| !is_good(key)) {
        None => Ok(()),
        Some(key) => Err(Failure::validation(format!(
            "{what} contains invalid key: Syntax error; key: \"{key}\""
        ))),
    }
}
