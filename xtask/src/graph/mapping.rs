//! An event source mapping: Lambda polls a stream for a function.

use std::collections::{BTreeSet, HashMap};

use esteira::manifest::{self, Retry};

use super::{
    Bucket, Bus, Event, Function, Graph, Id, Index, Node, Rule, Stream, Trigger, could_match,
};
use crate::diagnostic::Diagnostic;

/// An event source mapping: Lambda polls a stream for a function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mapping {
    pub(crate) node: Node,
    pub(crate) stream: Id<Stream>,
    pub(crate) function: Id<Function>,
    pub(crate) batch_size: u32,
    /// In seconds.
    pub(crate) batching_window: u32,
    pub(crate) parallelization: u32,
    pub(crate) retry: Retry,
    /// Where the records go that it gives up on.
    pub(crate) failures: Id<Bucket>,
    /// The rules that what it sets in motion has to meet, in order.
    pub(crate) after: Vec<Id<Rule>>,
}

impl Mapping {
    pub(crate) fn new(
        node: Node,
        declared: &manifest::KinesisTrigger,
        function: Id<Function>,
        failures: Id<Bucket>,
        index: &Index<'_>,
    ) -> Result<Self, Diagnostic> {
        let manifest::KinesisTrigger { batch_size, batching_window, parallelization, .. } =
            *declared;
        Ok(Self {
            stream: index.resolve(&index.streams, &declared.stream, node.at.clone())?,
            node,
            function,
            batch_size,
            batching_window,
            parallelization,
            retry: declared.retry,
            failures,
            after: Vec::new(),
        })
    }
}

/// Finds the rules that each mapping has to wait for.
///
/// An event that is published before its rule exists matches nothing and is gone, so a mapping
/// starts only when every rule exists that its events, and the events of their handlers, may
/// meet.
pub(crate) fn order(graph: &mut Graph) {
    let subscribers = Subscribers::new(graph);
    let after: Vec<_> = graph
        .mappings
        .iter()
        .map(|mapping| subscribers.downstream(mapping.function, graph))
        .collect();
    for (id, after) in graph.mappings.ids().zip(after) {
        graph.mappings[id].after = after;
    }
}

/// The rules by what they may match.
pub(crate) struct Subscribers {
    typed: HashMap<Id<Event>, Vec<Id<Rule>>>,
    raw: HashMap<Id<Bus>, Vec<Id<Rule>>>,
}

impl Subscribers {
    pub(crate) fn new(graph: &Graph) -> Self {
        let mut all = Self { typed: HashMap::new(), raw: HashMap::new() };
        for id in graph.rules.ids() {
            let rule = &graph.rules[id];
            match rule.event {
                Some(event) => all.typed.entry(event).or_default().push(id),
                None => all.raw.entry(rule.bus).or_default().push(id),
            }
        }
        all
    }

    /// The rules that an event may match.
    pub(crate) fn of(&self, event: Id<Event>, graph: &Graph) -> impl Iterator<Item = Id<Rule>> {
        let Event { bus, source, detail_type, .. } = &graph.events[event];
        let typed = self.typed.get(&event).into_iter().flatten();
        let raw = self.raw.get(bus).into_iter().flatten();
        typed
            .chain(raw.filter(|id| could_match(&graph.rules[**id].pattern, source, detail_type)))
            .copied()
    }

    fn downstream(&self, function: Id<Function>, graph: &Graph) -> Vec<Id<Rule>> {
        let mut rules = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut functions = vec![function];
        while let Some(function) = functions.pop() {
            for event in &graph.functions[function].publishes {
                if seen.insert(*event) {
                    for rule in self.of(*event, graph) {
                        if rules.insert(rule) {
                            functions.push(graph.rules[rule].function);
                        }
                    }
                }
            }
        }
        // A function is only ever invoked by its own trigger.
        debug_assert!(rules.iter().all(|rule| {
            graph.functions[graph.rules[*rule].function].trigger == Trigger::Rule(*rule)
        }));
        rules.into_iter().collect()
    }
}
