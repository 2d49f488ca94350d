//! Event patterns are short enough, are patterns to AWS, and can match.

use esteira_manifest::{Field, Json, Shape, Text, Trigger};

use crate::{
    diagnostic::Diagnostic,
    graph::{Index, could_match, read_pattern},
    suggest,
};

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
        if let Err(error) = read_pattern(&trigger.pattern) {
            let place = match error.path() {
                "" => "the event pattern".to_owned(),
                path => format!("`{path}` in the event pattern"),
            };
            mistakes.push(
                Diagnostic::new(format!("AWS refuses {place}: {}", error.reason()))
                    .at(handler.place(), "in the rule of this handler")
                    .help(error.help()),
            );
        }
        if trigger.event.is_none() {
            mistakes.extend(
                unmatched(&trigger.bus, &trigger.pattern, index)
                    .map(|unmatched| unmatched.at(handler.place(), "in the rule of this handler")),
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

/// That a raw rule is about sources whose events are declared, and none of these events has its
/// detail type. Of another source nothing is known.
fn unmatched(bus: &str, pattern: &Json, index: &Index<'_>) -> Option<Diagnostic> {
    let events: Vec<_> =
        index.events.iter().map(|event| event.declared).filter(|event| event.bus == bus).collect();
    let sources = texts(pattern, "source")?;
    let known = |source: &&Text| events.iter().any(|event| event.source == **source);
    if !sources.iter().all(known)
        || events.iter().any(|event| could_match(pattern, &event.source, &event.detail_type))
    {
        return None;
    }
    let of_sources = events.iter().filter(|event| sources.contains(&&event.source));
    let detail_types = of_sources.map(|event| event.detail_type.as_ref());
    let asked = texts(pattern, "detail-type").and_then(|texts| texts.first().copied());
    let sources: Vec<_> = sources.iter().map(|source| format!("`{source}`")).collect();
    Some(
        Diagnostic::new(format!(
            "no declared event of the source {} has a detail type that this rule asks for, so it \
             never matches",
            sources.join(", ")
        ))
        .help(format!(
            "{}; another event of this source is declared as a type, with `external` if others \
             publish it",
            suggest::help(asked.map_or("", |asked| asked), detail_types)
        )),
    )
}

/// The texts that a field of a pattern has to be one of, if that is all that is asked of it.
fn texts<'a>(pattern: &'a Json, name: &str) -> Option<Vec<&'a Text>> {
    let Json::Object(fields) = pattern else { return None };
    let (_, tests) = fields.iter().find(|(field, _)| field == name)?;
    let Json::Array(tests) = tests else { return None };
    let text = |test: &'a Json| match test {
        Json::Text(text) => Some(text),
        _ => None,
    };
    tests.iter().map(text).collect()
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
