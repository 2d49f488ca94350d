//! An EventBridge rule, with a function as its target and the permission to invoke it.

use esteira::manifest::{self, Json};

use super::{Bus, Event, Function, Id, Index, Node};
use crate::diagnostic::Diagnostic;

/// An EventBridge rule, with a function as its target and the permission to invoke it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(crate) node: Node,
    pub(crate) permission: Node,
    pub(crate) bus: Id<Bus>,
    /// The event type it is about; none for a raw rule.
    pub(crate) event: Option<Id<Event>>,
    pub(crate) pattern: Json,
    pub(crate) function: Id<Function>,
}

impl Rule {
    pub(crate) fn new(
        part: impl Fn(&'static str) -> Node,
        declared: &manifest::EventTrigger,
        function: Id<Function>,
        index: &Index<'_>,
    ) -> Result<Self, Diagnostic> {
        let node = part("Rule");
        let at = || node.at.clone();
        let event = declared.event.as_deref();
        Ok(Self {
            bus: index.resolve(&index.buses, &declared.bus, at())?,
            event: event.map(|id| index.resolve(&index.events, id, at())).transpose()?,
            pattern: declared.pattern.clone(),
            permission: part("Permission"),
            function,
            node,
        })
    }
}
