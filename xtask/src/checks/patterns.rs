//! Event patterns are short enough, and can match.

use esteira_manifest::{Field, Json, Shape, Trigger};

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
            for Impossible { message, help } in impossible {
                mistakes.push(
                    Diagnostic::new(message)
                        .at(handler.place(), "in the rule of this handler")
                        .at(event.place(), "declared here")
                        .help(help),
                );
            }
        }
    }
}

/// A test that no event of the type passes.
struct Impossible {
    message: String,
    help: String,
}

fn walk<'a>(
    pattern: &'a Json,
    shape: &'a Shape,
    path: &mut Vec<&'a str>,
    found: &mut Vec<Impossible>,
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
                    Shape::Object(fields) => field(fields, name),
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
            values.iter().for_each(|value| found.extend(impossible(value, shape, path)));
        }
        _ => {}
    }
}

/// The shape of a field of an object, or of one that is flattened into it.
fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Shape> {
    let flattened = |field: &'a Field| match inner(&field.shape) {
        Shape::Object(fields) if field.name.is_empty() => self::field(fields, name),
        _ => None,
    };
    fields
        .iter()
        .find(|field| field.name == name)
        .map(|field| &field.shape)
        .or_else(|| fields.iter().find_map(flattened))
}

/// Why no value of a shape passes a test, if none does.
fn impossible(test: &Json, shape: &Shape, path: &[&str]) -> Option<Impossible> {
    let path = path.join(".");
    match (test, shape) {
        (Json::Text(value), Shape::OneOf(allowed)) if !allowed.contains(value) => {
            let allowed: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
            Some(Impossible {
                message: format!("`{path}` is never `{value}`, so it can never match"),
                help: format!("its values are {}", allowed.join(", ")),
            })
        }
        (Json::Object(operator), Shape::Object(_) | Shape::Map(_))
            if operator.iter().any(|(name, _)| name == "exists") =>
        {
            Some(Impossible {
                message: format!(
                    "`{path}` is an object, and EventBridge's `exists` sees only what is no object"
                ),
                help: format!("ask for a field in it: `{path}: {{ field: [{{ exists: true }}] }}`"),
            })
        }
        _ => None,
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
