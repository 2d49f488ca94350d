//! Every reference leads to a declaration of the right kind.

use std::collections::HashMap;

use esteira_manifest::Trigger;

use crate::{
    diagnostic::Diagnostic,
    graph::{Index, place},
    iam::{self, Object},
};

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let mut broken = Broken::default();
    for event in index.events.iter() {
        broken.add(index.resolve(&index.buses, &event.declared.bus, event.place()));
    }
    let keys = (index.streams.iter().map(|e| (&e.declared.kms_key, e.place())))
        .chain(index.tables.iter().map(|e| (&e.declared.kms_key, e.place())))
        .chain(index.topics.iter().map(|e| (&e.declared.kms_key, e.place())))
        .chain(index.auroras.iter().map(|e| (&e.declared.kms_key, e.place())));
    for (key, at) in keys {
        broken.add(index.key(key.as_deref(), at));
    }
    for aurora in index.auroras.iter() {
        broken.add(index.resolve(&index.vpcs, &aurora.declared.vpc, aurora.place()));
    }
    for capture in index.captures.iter() {
        let at = || capture.place();
        broken.add(index.resolve(&index.auroras, &capture.declared.from, at()));
        broken.add(index.resolve(&index.streams, &capture.declared.into, at()));
        for row in capture.declared.tables.iter() {
            broken.add(index.resolve(&index.rows, row, at()));
        }
    }
    for handler in index.handlers.iter() {
        let at = || handler.place();
        match &handler.declared.trigger {
            Trigger::Kinesis(kinesis) => {
                broken.add(index.resolve(&index.streams, &kinesis.stream, at()));
                if let Some(row) = &kinesis.row {
                    broken.add(index.resolve(&index.rows, row, at()));
                }
            }
            Trigger::Event(event) => {
                broken.add(index.resolve(&index.buses, &event.bus, at()));
                if let Some(event) = &event.event {
                    broken.add(index.resolve(&index.events, event, at()));
                }
            }
        }
        if let Some(vpc) = &handler.declared.vpc {
            broken.add(index.resolve(&index.vpcs, vpc, at()));
        }
        for (parameter, grant) in iam::handles(handler.declared) {
            broken.add(Object::of(grant, index, place(&parameter.at)));
        }
        for allow in handler.declared.allows.iter() {
            broken.add(iam::allow::target(allow, index));
        }
    }
    mistakes.extend(broken.mistakes);
}

/// References that lead nowhere. A declaration that is missing is one mistake, however many
/// places refer to it.
#[derive(Default)]
struct Broken {
    mistakes: Vec<Diagnostic>,
    by_message: HashMap<String, usize>,
}

impl Broken {
    fn add<T>(&mut self, resolved: Result<T, Diagnostic>) {
        let Err(mistake) = resolved else { return };
        if let Some(first) = self.by_message.get(&mistake.message) {
            let place = mistake.places.into_iter().next();
            self.mistakes[*first].places.extend(place.map(|(place, _)| (place, "and here".into())));
        } else {
            self.by_message.insert(mistake.message.clone(), self.mistakes.len());
            self.mistakes.push(mistake);
        }
    }
}
