//! Every reference leads to a declaration of the right kind.

use esteira::manifest::Trigger;

use crate::{
    diagnostic::Diagnostic,
    graph::{Index, place},
    iam::{self, Object},
};

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for event in index.events.iter() {
        mistakes.extend(index.resolve(&index.buses, &event.declared.bus, event.place()).err());
    }
    for handler in index.handlers.iter() {
        let at = || handler.place();
        match &handler.declared.trigger {
            Trigger::Kinesis(kinesis) => {
                mistakes.extend(index.resolve(&index.streams, &kinesis.stream, at()).err());
                if let Some(row) = &kinesis.row {
                    mistakes.extend(index.resolve(&index.rows, row, at()).err());
                }
            }
            Trigger::Event(event) => {
                mistakes.extend(index.resolve(&index.buses, &event.bus, at()).err());
                if let Some(event) = &event.event {
                    mistakes.extend(index.resolve(&index.events, event, at()).err());
                }
            }
        }
        for (parameter, grant) in iam::handles(handler.declared) {
            mistakes.extend(Object::of(grant, index, place(&parameter.at)).err());
        }
    }
}
