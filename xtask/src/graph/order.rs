//! Consumers first: an event that is published before its rule exists matches nothing and is gone.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Bus, Event, Function, Graph, Id, Rule, Trigger, could_match};

/// Finds the rules that each function, and each mapping, has to wait for.
///
/// A mapping starts only when every rule exists that its events, and the events of their handlers,
/// may meet. A function is made, and is changed, only after the rules of what it publishes: on a
/// later deploy its mapping or its rule is long at work.
pub(crate) fn order(graph: &mut Graph) {
    let subscribers = Subscribers::new(graph);
    let downstream: Vec<_> =
        graph.functions.ids().map(|function| subscribers.downstream(function, graph)).collect();
    let after: Vec<_> = graph
        .functions
        .ids()
        .map(|function| subscribers.before(function, &downstream, graph))
        .collect();
    for (id, after) in graph.functions.ids().zip(after) {
        graph.functions[id].after = after;
    }
    for id in graph.mappings.ids() {
        let function = graph.mappings[id].function;
        graph.mappings[id].after = downstream[function.index()].iter().copied().collect();
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

    /// The rules that the events of a function may match.
    fn direct(&self, function: Id<Function>, graph: &Graph) -> Vec<Id<Rule>> {
        let events = graph.functions[function].publishes.iter();
        events.flat_map(|event| self.of(*event, graph)).collect()
    }

    /// Those, and the rules that the events of their functions may match, and so on.
    fn downstream(&self, function: Id<Function>, graph: &Graph) -> BTreeSet<Id<Rule>> {
        let mut rules = BTreeSet::new();
        let mut functions = vec![function];
        while let Some(function) = functions.pop() {
            for rule in self.direct(function, graph) {
                if rules.insert(rule) {
                    functions.push(graph.rules[rule].function);
                }
            }
        }
        // A function is only ever invoked by its own trigger.
        debug_assert!(rules.iter().all(|rule| {
            graph.functions[graph.rules[*rule].function].trigger == Trigger::Rule(*rule)
        }));
        rules
    }

    /// The rules that have to be there before a function is. One whose function leads back to
    /// this one cannot: the rules that it leads to take its place.
    fn before(
        &self,
        function: Id<Function>,
        downstream: &[BTreeSet<Id<Rule>>],
        graph: &Graph,
    ) -> Vec<Id<Rule>> {
        let leads_back = |other: Id<Function>| match graph.functions[function].trigger {
            Trigger::Rule(own) => other == function || downstream[other.index()].contains(&own),
            Trigger::Mapping(_) => false,
        };
        let mut before = BTreeSet::new();
        let mut circle = vec![function];
        let mut seen = HashSet::from([function]);
        while let Some(member) = circle.pop() {
            for rule in self.direct(member, graph) {
                let other = graph.rules[rule].function;
                if !leads_back(other) {
                    before.insert(rule);
                } else if seen.insert(other) {
                    circle.push(other);
                }
            }
        }
        before.into_iter().collect()
    }
}
