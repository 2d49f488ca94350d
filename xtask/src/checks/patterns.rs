//! Event patterns are short enough, and can match.

use std::collections::HashSet;

use esteira::manifest::{Json, Shape, Trigger};

use crate::{diagnostic::Diagnostic, graph::Index};

/// Characters of an event pattern.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const PATTERN: usize = 2048;

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for handler in index.handlers.iter() {
        let Trigger::Event(trigger) = &handler.declared.trigger else { continue };
        let count = serde_json::to_string(&trigger.pattern).map_or(0, |text| text.chars().count());
        if count > PATTERN {
            mistakes.push(
                Diagnostic::new(format!("the event pattern has {count} characters as JSON"))
                    .at(handler.place(), "")
                    .help(format!("AWS takes {PATTERN}; split the handler, or match on less")),
            );
        }

        let event = trigger.event.as_deref().and_then(|event| index.events.get(event));
        let (Some(event), Json::Object(fields)) = (event, &trigger.pattern) else { continue };
        for (_, detail) in fields.iter().filter(|(name, _)| name == "detail") {
            let mut impossible = Vec::new();
            walk(detail, &event.declared.detail, &mut Vec::new(), &mut impossible);
            for Impossible { path, value, allowed } in impossible {
                mistakes.push(
                    Diagnostic::new(format!("`{path}` is never `{value}`, so it can never match"))
                        .at(handler.place(), "in the rule of this handler")
                        .at(event.place(), "declared here")
                        .help(format!("its values are {}", allowed.join(", "))),
                );
            }
        }
    }
}

/// An exact value that is not among those the field may have.
struct Impossible<'a> {
    path: String,
    value: &'a str,
    allowed: Vec<String>,
}

fn walk<'a>(
    pattern: &'a Json,
    shape: &'a Shape,
    path: &mut Vec<&'a str>,
    found: &mut Vec<Impossible<'a>>,
) {
    let shape = inner(shape);
    match pattern {
        Json::Object(fields) => {
            for (name, pattern) in fields.iter() {
                if let ("$or", Json::Array(choices)) = (name.as_ref(), pattern) {
                    choices.iter().for_each(|choice| walk(choice, shape, path, found));
                    continue;
                }
                let field = match shape {
                    Shape::Object(fields) => {
                        fields.iter().find(|field| field.name == *name).map(|field| &field.shape)
                    }
                    Shape::Map(values) => values.first(),
                    _ => None,
                };
                if let Some(field) = field {
                    path.push(name);
                    walk(pattern, field, path, found);
                    path.pop();
                }
            }
        }
        Json::Array(values) => {
            let Shape::OneOf(allowed) = shape else { return };
            let set: HashSet<_> = allowed.iter().map(AsRef::as_ref).collect();
            for value in values.iter() {
                if let Json::Text(value) = value
                    && !set.contains(value.as_ref())
                {
                    found.push(Impossible {
                        path: path.join("."),
                        value,
                        allowed: allowed.iter().map(|value| format!("`{value}`")).collect(),
                    });
                }
            }
        }
        _ => {}
    }
}

/// EventBridge looks into arrays, and a value that may be absent is matched when present.
fn inner(mut shape: &Shape) -> &Shape {
    while let Shape::Optional(inside) | Shape::Array(inside) = shape {
        let Some(one) = inside.first() else { break };
        shape = one;
    }
    shape
}
