//! Changing a value so that an event pattern matches it.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>

use esteira_manifest::{Json, Shape};
use serde_json::{Map, Value};

use super::{leaf, shape};

/// The value, changed where the pattern asks for something else.
pub(super) fn satisfy(pattern: &Json, value: Value, of: &Shape) -> Value {
    match apply(pattern, Some(value), of, "value") {
        Some(value) => value,
        None => Value::Null,
    }
}

/// Whether the pattern matches the source and the detail type of an event.
pub(super) fn lets_through(pattern: &Json, source: &str, detail_type: &str) -> bool {
    let Json::Object(entries) = pattern else { return true };
    entries.iter().all(|(name, tests)| match (name.as_ref(), tests) {
        ("source", Json::Array(tests)) => leaf::passes(tests, &source.into()),
        ("detail-type", Json::Array(tests)) => leaf::passes(tests, &detail_type.into()),
        _ => true,
    })
}

/// What stands where a part of a pattern is about; none if nothing may.
fn apply(pattern: &Json, value: Option<Value>, of: &Shape, name: &str) -> Option<Value> {
    match pattern {
        Json::Object(entries) => Some(object(entries, value, of)),
        Json::Array(tests) => match (value, shape::within(of)) {
            // One element that passes is enough: there is no more than one.
            (value, Shape::Array(inner)) => {
                let element = value.and_then(|value| value.as_array()?.first().cloned());
                let inner = inner.first().unwrap_or(&Shape::Any);
                leaf::passing(tests, element, inner, name).map(|element| vec![element].into())
            }
            (value, _) => leaf::passing(tests, value, of, name),
        },
        // No pattern has anything else.
        _ => value,
    }
}

fn object(entries: &[(esteira_manifest::Text, Json)], value: Option<Value>, of: &Shape) -> Value {
    // Fields of the elements of a list are matched as if they were its own.
    if let Shape::Array(inner) = shape::within(of) {
        let element = value.and_then(|value| value.as_array()?.first().cloned());
        return vec![object(entries, element, inner.first().unwrap_or(&Shape::Any))].into();
    }
    let mut fields = match value {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    for (name, pattern) in entries {
        match (name.as_ref(), pattern) {
            ("$or", Json::Array(choices)) => {
                if let Some(Json::Object(choice)) = choices.first() {
                    let changed = object(choice, Some(fields.into()), of);
                    fields = changed.as_object().cloned().unwrap_or_default();
                }
            }
            (name, pattern) => {
                let inner = shape::field(of, name);
                match apply(pattern, fields.remove(name), inner, name) {
                    Some(value) => drop(fields.insert(name.to_owned(), value)),
                    None => drop(fields.remove(name)),
                }
            }
        }
    }
    fields.into()
}
