//! What conditions and assignments mean.

use std::cmp::Ordering;

use serde_dynamo::{AttributeValue, Item};

use crate::{
    call::CallError,
    table::{
        expression::{Assignment, Change, Comparison, Condition, Predicate},
        number::Number,
    },
};

/// Whether a condition holds for an item, or for there being none.
pub(super) fn holds(condition: &Condition, item: Option<&Item>) -> Result<bool, CallError> {
    let attribute = |name: &str| item.and_then(|item| item.get(name));
    Ok(match &condition.0 {
        Predicate::Exists(name) => attribute(name).is_some(),
        Predicate::Absent(name) => attribute(name).is_none(),
        Predicate::BeginsWith(name, prefix) => {
            matches!(attribute(name), Some(AttributeValue::S(text)) if text.starts_with(prefix))
        }
        Predicate::Compare(name, comparison, value) => {
            let value = value.as_ref().map_err(Clone::clone)?;
            compare(attribute(name), *comparison, value)
        }
        Predicate::And(a, b) => holds(a, item)? && holds(b, item)?,
        Predicate::Or(a, b) => holds(a, item)? || holds(b, item)?,
        Predicate::Not(a) => !holds(a, item)?,
    })
}

fn compare(found: Option<&AttributeValue>, how: Comparison, value: &AttributeValue) -> bool {
    let Some(found) = found else { return how == Comparison::NotEqual };
    let order = order(found, value);
    match how {
        Comparison::Equal => order == Some(Ordering::Equal) || found == value,
        Comparison::NotEqual => order != Some(Ordering::Equal) && found != value,
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// The order of two values of one type; values of different types have none.
fn order(a: &AttributeValue, b: &AttributeValue) -> Option<Ordering> {
    match (a, b) {
        (AttributeValue::N(a), AttributeValue::N(b)) => {
            Some(Number::parse(a)?.cmp(&Number::parse(b)?))
        }
        (AttributeValue::S(a), AttributeValue::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (AttributeValue::B(a), AttributeValue::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// The item after the assignments, all of which see the item as it was.
pub(super) fn assign(item: Item, assignments: &[Assignment]) -> Result<Item, CallError> {
    let mut after = item.clone();
    for Assignment { name, change } in assignments {
        let value = match change {
            Change::Set(value) => value.clone()?,
            Change::Add(amount) => sum(name, item.get(*name), amount.clone()?, false)?,
            Change::Subtract(amount) => sum(name, item.get(*name), amount.clone()?, true)?,
            Change::Remove => {
                after.remove(*name);
                continue;
            }
        };
        after.insert((*name).to_owned(), value);
    }
    Ok(after)
}

fn sum(
    name: &str,
    current: Option<&AttributeValue>,
    amount: AttributeValue,
    subtract: bool,
) -> Result<AttributeValue, CallError> {
    let number = |value: &AttributeValue| match value {
        AttributeValue::N(text) => Number::parse(text),
        _ => None,
    };
    let zero = AttributeValue::N("0".into());
    number(current.unwrap_or(&zero))
        .zip(number(&amount))
        .and_then(|(a, b)| a.plus(if subtract { b.negated() } else { b }))
        .map(|sum| AttributeValue::N(sum.to_string()))
        .ok_or_else(|| {
            CallError::Invalid(format!("`{name}` cannot be counted with: it is not a number"))
        })
}
