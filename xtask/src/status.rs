//! How each part of a stage is.

mod aurora;
mod bucket;
mod capture;
mod function;
mod mapping;
mod metrics;
mod queue;
mod rule;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod topic;

use std::num::NonZeroUsize;

use serde::Serialize;

use crate::{
    aws::{Aws, Identity, Refusal},
    graph::{Graph, Node, Text},
    parallel,
};

/// The calls are many and short, and each is a process that starts.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Health {
    Healthy,
    /// It works, and later than it should, or it is being changed.
    Lagging,
    /// It does not work, or something has failed for good that somebody has to look at.
    Failing,
}

/// One part of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    /// What it is, as `function`.
    pub(crate) kind: &'static str,
    /// The type or the handler that it belongs to.
    pub(crate) name: String,
    /// Its name in AWS.
    pub(crate) resource: String,
    pub(crate) health: Health,
    /// What there is to say of it.
    pub(crate) notes: Vec<String>,
    /// Whether AWS says that there is no such thing.
    #[serde(skip)]
    pub(crate) missing: bool,
}

/// What is known before any part is looked at.
struct Scene<'a> {
    aws: &'a Aws,
    identity: &'a Identity,
    graph: &'a Graph,
    metrics: metrics::Metrics,
}

/// A part that is to be looked at.
struct Probe<'g> {
    kind: &'static str,
    name: &'g str,
    resource: &'g str,
    look: Look<'g>,
}

type Look<'g> = Box<dyn Fn(&Scene<'_>) -> Result<Finding, Refusal> + Send + Sync + 'g>;

impl<'g> Probe<'g> {
    fn new(
        kind: &'static str,
        node: &'g Node,
        look: impl Fn(&Scene<'_>) -> Result<Finding, Refusal> + Send + Sync + 'g,
    ) -> Self {
        Self { kind, name: node.item(), resource: &node.name, look: Box::new(look) }
    }

    fn part(&self, scene: &Scene<'_>) -> Part {
        let found = (self.look)(scene).unwrap_or_else(|refusal| match refusal.is_not_found() {
            true => Finding::missing(),
            // Not known to be healthy.
            false => Finding::new().failing(refusal.message()),
        });
        let Finding { health, notes, missing } = found;
        let (name, resource) = (self.name.to_owned(), self.resource.to_owned());
        Part { kind: self.kind, name, resource, health, notes, missing }
    }
}

/// How a part was found. It is as bad as the worst that is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    health: Health,
    notes: Vec<String>,
    missing: bool,
}

impl Finding {
    fn new() -> Self {
        Self { health: Health::Healthy, notes: Vec::new(), missing: false }
    }

    fn missing() -> Self {
        Self { missing: true, ..Self::new().failing("is not there") }
    }

    fn note(self, note: impl Into<String>) -> Self {
        self.say(Health::Healthy, note)
    }

    fn lagging(self, note: impl Into<String>) -> Self {
        self.say(Health::Lagging, note)
    }

    fn failing(self, note: impl Into<String>) -> Self {
        self.say(Health::Failing, note)
    }

    fn say(mut self, health: Health, note: impl Into<String>) -> Self {
        self.health = self.health.max(health);
        self.notes.push(note.into());
        self
    }

    /// Says which state it is in: well in those, and on the way in the others, which AWS leaves by
    /// itself. Any state that is in neither list needs somebody.
    fn state(self, state: &str, well: &[&str], passing: &[&str]) -> Self {
        let health = match state {
            _ if well.contains(&state) => Health::Healthy,
            _ if passing.contains(&state) => Health::Lagging,
            _ => Health::Failing,
        };
        self.say(health, state.to_lowercase())
    }
}

/// Every part of a stage, in the order in which events meet them, and what kept something from
/// being known of all of them.
pub(crate) fn look(aws: &Aws, identity: &Identity, graph: &Graph) -> (Vec<Part>, Option<Refusal>) {
    let (metrics, refusal) = metrics::Metrics::read(aws, graph);
    let scene = Scene { aws, identity, graph, metrics };
    let probes: Vec<Probe<'_>> = (aurora::probes(graph))
        .chain(capture::probes(graph))
        .chain(stream::probes(graph))
        .chain(mapping::probes(graph))
        .chain(rule::probes(graph))
        .chain(function::probes(graph))
        .chain(table::probes(graph))
        .chain(topic::probes(graph))
        .chain(queue::probes(graph))
        .chain(bucket::probes(graph))
        .collect();
    (parallel::map(&probes, AT_ONCE, |probe| probe.part(&scene)), refusal)
}

impl Scene<'_> {
    fn resolve(&self, text: &Text) -> String {
        text.at(&self.identity.account, self.aws.region(), self.identity.partition())
    }
}

/// A number of seconds, as a person says it.
fn span(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

/// A number of things: `1 error`, `2 errors`.
fn count(number: f64, thing: &str) -> String {
    format!("{number:.0} {thing}{}", if number == 1.0 { "" } else { "s" })
}
