//! An EventBridge rule, with a function as its only target.

use esteira_manifest::{self as manifest, Json, Retry};

use super::{Bus, Event, Function, Id, Index, Node, Queue};
use crate::diagnostic::Diagnostic;

/// An EventBridge rule, with a function as its only target, the permission to invoke it, and what
/// happens to an event that is not handed over or not handled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(crate) node: Node,
    pub(crate) permission: Node,
    pub(crate) bus: Id<Bus>,
    /// The event type it is about; none for a raw rule.
    pub(crate) event: Option<Id<Event>>,
    pub(crate) pattern: Json,
    pub(crate) function: Id<Function>,
    /// The bus's tries of handing an event to the function.
    pub(crate) delivery: Retry,
    /// The configuration of the function's own tries.
    pub(crate) invocation: Node,
    /// The function's tries of an event that it was handed.
    pub(crate) retry: Retry,
    /// Where an event goes that either of them gives up on.
    pub(crate) failures: Id<Queue>,
}

impl Rule {
    pub(crate) fn new(
        part: impl Fn(&'static str) -> Node,
        declared: &manifest::EventTrigger,
        function: Id<Function>,
        failures: Id<Queue>,
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
            delivery: declared.delivery,
            invocation: part("Invocation"),
            retry: declared.retry,
            failures,
            node,
        })
    }
}
