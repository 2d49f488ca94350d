//! An event type: what travels on a bus.

use esteira_manifest::{self as manifest, Kind};

use super::{Bus, Declaration, Id, Index, index::Entry};
use crate::diagnostic::Diagnostic;

/// An event type: what travels on a bus.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) bus: Id<Bus>,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    /// Subscribed to, or published, outside this application.
    pub(crate) external: bool,
}

impl Declaration for manifest::Event {
    type Node = Event;
    const NOUN: &'static str = "an event";
    const ATTRIBUTE: &'static str = "#[derive(Event)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Event(event) = kind { Some(event) } else { None }
    }
}

impl Event {
    pub(crate) fn new(
        entry: Entry<'_, manifest::Event>,
        index: &Index<'_>,
    ) -> Result<Self, Diagnostic> {
        let declared = entry.declared;
        Ok(Self {
            bus: index.resolve(&index.buses, &declared.bus, entry.place())?,
            source: declared.source.to_string(),
            detail_type: declared.detail_type.to_string(),
            external: declared.external,
        })
    }
}
