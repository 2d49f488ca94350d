//! Key conditions: which items a query looks at.

use serde_dynamo::{AttributeValue, Item};

use super::{
    condition::{Comparator, Condition, Operand},
    placeholders::Placeholders,
};
use crate::endpoint::{
    backend::{KeySchema, tables::KeyType},
    failure::{Failure, Outcome},
};

/// The items with one partition key, and perhaps only those whose sort key fulfils a condition.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct KeyCondition {
    pub(in super::super) partition: AttributeValue,
    sort: Option<Condition>,
}

const PARAMETER: &str = "KeyConditionExpression";

impl KeyCondition {
    /// Reads the expression of a request about a table.
    pub(in super::super) fn read(
        text: &str,
        placeholders: &Placeholders,
        schema: &KeySchema,
    ) -> Outcome<Self> {
        let mut parts = Vec::new();
        flatten(Condition::read(PARAMETER, text, placeholders)?, &mut parts);
        let mut partition = None;
        let mut sort = None;
        let not_supported = || Failure::validation("Query key condition not supported");
        for part in parts {
            let name = subject(&part)?;
            if name == schema.partition.name {
                let Condition::Compare(_, Comparator::Equal, Operand::Value(value)) = &part else {
                    return Err(not_supported());
                };
                check(&part, schema.partition.kind)?;
                if partition.replace(value.clone()).is_some() {
                    return Err(once());
                }
            } else if let Some(key) = schema.sort.as_ref().filter(|key| key.name == name) {
                check(&part, key.kind)?;
                if let (Condition::BeginsWith(..), KeyType::Number) = (&part, key.kind) {
                    return Err(not_supported());
                }
                if sort.replace(part).is_some() {
                    return Err(once());
                }
            } else {
                let missed = match (&partition, &schema.sort) {
                    (Some(_), Some(key)) => &key.name,
                    _ => &schema.partition.name,
                };
                return Err(missed_element(missed));
            }
        }
        let partition = partition.ok_or_else(|| missed_element(&schema.partition.name))?;
        Ok(Self { partition, sort })
    }

    /// Whether an item with the partition key is one of those asked for.
    pub(in super::super) fn holds(&self, item: &Item) -> bool {
        self.sort.as_ref().is_none_or(|condition| condition.holds(item))
    }
}

fn missed_element(name: &str) -> Failure {
    Failure::validation(format!("Query condition missed key schema element: {name}"))
}

fn once() -> Failure {
    Failure::validation(
        "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
    )
}

/// The conditions that are all to hold, one by one.
fn flatten(condition: Condition, parts: &mut Vec<Condition>) {
    match condition {
        Condition::And(all) => all.into_iter().for_each(|it| flatten(it, parts)),
        other => parts.push(other),
    }
}

/// The attribute that a condition of a key is about.
fn subject(condition: &Condition) -> Outcome<&str> {
    let wrong = |operator: &str| {
        Err(Failure::validation(format!(
            "Invalid operator used in KeyConditionExpression: {operator}"
        )))
    };
    let operand = match condition {
        Condition::Compare(_, Comparator::Unequal, _) => return wrong("<>"),
        Condition::In(..) => return wrong("IN"),
        Condition::Or(_) => return wrong("OR"),
        Condition::Not(_) => return wrong("NOT"),
        Condition::Exists(_) => return wrong("attribute_exists"),
        Condition::Missing(_) => return wrong("attribute_not_exists"),
        Condition::Type(..) => return wrong("attribute_type"),
        Condition::Contains(..) => return wrong("contains"),
        Condition::And(_) => return wrong("AND"),
        Condition::Compare(operand, ..)
        | Condition::Between(operand, ..)
        | Condition::BeginsWith(operand, _) => operand,
    };
    match operand {
        Operand::Path(path) => path.whole().ok_or_else(|| {
            Failure::validation(
                "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes",
            )
        }),
        Operand::Size(_) => wrong("size"),
        Operand::Value(_) => Err(Failure::validation(
            "Invalid KeyConditionExpression: the attribute comes first and then the value",
        )),
    }
}

/// Fails unless what the key is compared with are values of its type.
fn check(condition: &Condition, kind: KeyType) -> Outcome<()> {
    let operands = match condition {
        Condition::Compare(_, _, value) | Condition::BeginsWith(_, value) => vec![value],
        Condition::Between(_, low, high) => vec![low, high],
        _ => vec![],
    };
    for operand in operands {
        let matches = match (operand, kind) {
            (Operand::Value(AttributeValue::S(text)), KeyType::Text) => {
                if text.is_empty() && !matches!(condition, Condition::BeginsWith(..)) {
                    return Err(Failure::validation(
                        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value.",
                    ));
                }
                true
            }
            (Operand::Value(AttributeValue::N(_)), KeyType::Number) => true,
            (Operand::Value(_), _) => false,
            _ => {
                return Err(Failure::validation(
                    "Invalid KeyConditionExpression: a key is compared with a value",
                ));
            }
        };
        if !matches {
            return Err(Failure::validation(
                "One or more parameter values were invalid: Condition parameter type does not match schema type",
            ));
        }
    }
    Ok(())
}
