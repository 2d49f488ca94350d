//! What is published is handled, and what is handled is published.

use std::collections::{HashMap, HashSet};

use esteira_manifest::{Action, Trigger};

use crate::{
    diagnostic::Diagnostic,
    graph::{Index, could_match},
    iam,
};

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let mut published = HashSet::new();
    let mut handlers = HashMap::new();
    let mut raw: HashMap<_, Vec<_>> = HashMap::new();
    for handler in index.handlers.iter() {
        published.extend(
            iam::handles(handler.declared)
                .filter(|(_, grant)| grant.action == Action::PutEvents)
                .map(|(_, grant)| grant.resource.as_ref()),
        );
        if let Trigger::Event(trigger) = &handler.declared.trigger {
            match trigger.event.as_deref() {
                Some(event) => drop(handlers.entry(event).or_insert(handler)),
                None => raw.entry(trigger.bus.as_ref()).or_default().push(&trigger.pattern),
            }
        }
    }

    for event in index.events.iter().filter(|event| !event.declared.external) {
        let (id, name) = (event.item.id.as_ref(), event.item.name());
        let declared = event.declared;
        let by_raw_rule = || {
            raw.get(declared.bus.as_ref()).is_some_and(|patterns| {
                patterns.iter().any(|p| could_match(p, &declared.source, &declared.detail_type))
            })
        };
        if let Some(handler) = handlers.get(id) {
            if !published.contains(id) {
                mistakes.push(
                    Diagnostic::new(format!(
                        "nobody publishes `{name}`, so this rule never matches"
                    ))
                    .at(handler.place(), "handled here")
                    .at(event.place(), "declared here")
                    .help(format!(
                        "give a handler a `Publish<{name}>`, or declare the event with \
                             `external` if others publish it"
                    )),
                );
            }
        } else if !by_raw_rule() {
            mistakes.push(
                Diagnostic::new(format!("nobody handles the event `{name}`"))
                    .at(event.place(), "declared here")
                    .help(format!(
                        "write a handler with `#[on_event(rule = {name})]`, or declare the event \
                         with `external` if others subscribe to it"
                    )),
            );
        }
    }
}
