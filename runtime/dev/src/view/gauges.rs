//! How things stand at a moment.

use esteira::engine::Engine;

/// How things stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gauges {
    /// By function, in the engine's order.
    pub functions: Vec<OfFunction>,
    /// The names of tables, with how many items they have.
    pub tables: Vec<(String, usize)>,
}

/// How a function stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfFunction {
    /// Records or events that it has still to handle.
    pub lag: usize,
    /// Its invocations under way.
    pub running: usize,
    /// Messages in its queue for failures, or objects of its mapping in the bucket for them.
    pub kept: usize,
}

impl Gauges {
    /// How an engine stands, without its tables.
    #[must_use]
    pub fn of(engine: &Engine) -> Self {
        let functions = (0..engine.functions().len()).map(|function| OfFunction {
            lag: engine.lag(function),
            running: engine.running(function),
            kept: engine.kept(function),
        });
        Self { functions: functions.collect(), tables: Vec::new() }
    }

    pub(super) fn function(&self, function: usize) -> OfFunction {
        self.functions.get(function).copied().unwrap_or_default()
    }
}
