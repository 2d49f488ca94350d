//! An event that a handler takes, made up from what its types say: the same every time.
//!
//! A sample has the form in which a person edits it: the event itself, or the records of a stream
//! as documents. [`deliver`] makes of that what Lambda is handed.

mod change;
mod delivery;
mod leaf;
mod pattern;
mod shape;
#[cfg(test)]
mod tests;

use esteira_manifest::{Event, EventTrigger, Field, Handler, Item, Kind, Manifest, Shape, Trigger};
use serde_json::{Value, json};

pub(crate) use delivery::deliver;

/// What an event has besides its `detail`.
const ENVELOPE: [&str; 8] =
    ["version", "id", "detail-type", "source", "account", "time", "region", "resources"];

/// The sample of a handler.
pub(crate) fn of(handler: &Handler, manifest: &Manifest) -> Value {
    match &handler.trigger {
        Trigger::Kinesis(trigger) => {
            let row = trigger.row.as_deref().and_then(|id| item(manifest, id));
            match row.map(|item| (&item.id, &item.kind)) {
                Some((id, Kind::Row(row))) => json!([change::insert(id, row, manifest)]),
                _ => json!([learnt(handler, "record")]),
            }
        }
        Trigger::Event(trigger) => event(handler, trigger, manifest),
    }
}

/// A value of what a handler takes that no declared type describes.
fn learnt(handler: &Handler, name: &str) -> Value {
    match &handler.input {
        Some(input) if *input != Shape::Any => shape::value(input, name),
        _ => json!({}),
    }
}

fn item<'m>(manifest: &'m Manifest, id: &str) -> Option<&'m Item> {
    manifest.items.iter().find(|item| item.id == id)
}

fn event(handler: &Handler, trigger: &EventTrigger, manifest: &Manifest) -> Value {
    let about = about(trigger, manifest);
    // What the function reads says more of what it needs than what may be sent to it.
    let learnt = handler.input.as_ref().filter(|input| **input != Shape::Any);
    let detail = learnt.or(about.map(|event| &event.detail)).unwrap_or(&Shape::Any);
    let base = json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000001",
        "detail-type": about.map_or("Sample", |event| &event.detail_type),
        "source": about.map_or("sample", |event| &event.source),
        "account": "123456789012",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": match detail {
            Shape::Any => json!({}),
            shape => shape::value(shape, "detail"),
        },
    });
    pattern::satisfy(&trigger.pattern, base, &envelope(detail))
}

/// The event type that a rule is about: the one it names, or the first declared one that a raw
/// rule lets through.
fn about<'m>(trigger: &EventTrigger, manifest: &'m Manifest) -> Option<&'m Event> {
    let events = || {
        manifest.items.iter().filter_map(|item| match &item.kind {
            Kind::Event(event) => Some((&item.id, event)),
            _ => None,
        })
    };
    match &trigger.event {
        Some(id) => events().find(|(known, _)| *known == id).map(|(_, event)| event),
        None => events().map(|(_, event)| event).find(|event| {
            event.bus == trigger.bus
                && pattern::lets_through(&trigger.pattern, &event.source, &event.detail_type)
        }),
    }
}

/// <https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html>
fn envelope(detail: &Shape) -> Shape {
    let field = |name: &'static str, shape| Field { name: name.into(), shape, default: false };
    let resources = Shape::Array(vec![Shape::Text].into());
    let texts = ENVELOPE.into_iter().map(|name| match name {
        "resources" => field(name, resources.clone()),
        name => field(name, Shape::Text),
    });
    Shape::Object(texts.chain([field("detail", detail.clone())]).collect())
}
