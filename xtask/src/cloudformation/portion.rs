//! What goes into one stack.

use crate::graph::Graph;

/// What goes into one stack of a stage. They are deployed in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Portion {
    /// Everything, or what several handlers have in common.
    Base,
    /// Handlers that events of a bus invoke, by an odd number.
    Consumers(u32),
    /// Handlers that read streams, by an even number.
    ///
    /// They come last: what they read sets events in motion, which the rules of the others have to
    /// be there for.
    Readers(u32),
}

impl Portion {
    /// That of handlers, by its number.
    pub(crate) fn of_handlers(number: u32) -> Self {
        if number.is_multiple_of(2) { Self::Readers(number) } else { Self::Consumers(number) }
    }

    /// None for the base.
    pub(crate) fn number(self) -> Option<u32> {
        match self {
            Self::Base => None,
            Self::Consumers(number) | Self::Readers(number) => Some(number),
        }
    }

    /// What is appended to the name of a stack or a file.
    pub(crate) fn suffix(self) -> String {
        self.number().map(|number| format!("-{number}")).unwrap_or_default()
    }

    /// What a stack says it is.
    pub(crate) fn description(self, graph: &Graph) -> String {
        let Graph { app, stage, .. } = graph;
        match self.number() {
            None => format!("Application {app}, stage {stage}."),
            Some(number) => format!("Application {app}, stage {stage}: handlers, {number}."),
        }
    }
}
