//! The picture of a graph: which way the data goes.
//!
//! A bus carries many events, and functions that handle some publish others on the same one.
//! Drawn once, it would be a knot in the middle with every arrow leading back to it. So a bus is
//! drawn once for every step of the flow: what its events set in motion is always to the right.

use std::collections::{BTreeMap, VecDeque};

use super::{Kind, Picture, label, picture::Sketch};
use crate::{
    graph::{Bus, Event, Function, Graph, Id, Rule, Subscribers, Target, Trigger},
    iam::{Origin, Resource, Statement},
};

/// Reads the picture off a graph.
pub(super) fn picture(graph: &Graph) -> Picture {
    Drawing::new(graph).draw()
}

/// The statements about a resource that a function itself asked for, but publishing by a handle:
/// that an event says better than its bus.
pub(super) fn uses(function: &Function) -> impl Iterator<Item = (&Statement, Target)> {
    function.role.statements.iter().filter_map(|statement| {
        match (&statement.origin, &statement.resource) {
            (Origin::Parameter { .. }, Resource::One(reference)) => {
                let publishes = matches!(reference.target, Target::Bus(_));
                (!publishes).then_some((statement, reference.target))
            }
            (Origin::Allow { .. }, Resource::One(reference)) => Some((statement, reference.target)),
            _ => None,
        }
    })
}

/// How many hand-overs by a bus an event is away from where data enters.
struct Steps(BTreeMap<Id<Event>, usize>);

impl Steps {
    fn new(graph: &Graph, matching: &BTreeMap<Id<Event>, Vec<Id<Rule>>>) -> Self {
        let mut steps = BTreeMap::new();
        let mut reached = vec![false; graph.functions.iter().len()];
        let mut waiting = VecDeque::new();
        let mut published = vec![false; graph.events.iter().len()];
        for event in graph.functions.iter().flat_map(|function| &function.publishes) {
            published[event.index()] = true;
        }

        let mut enter = |function: Id<Function>, step, waiting: &mut VecDeque<_>| {
            if !std::mem::replace(&mut reached[function.index()], true) {
                waiting.push_back((function, step));
            }
        };
        let mut fed_within = vec![false; graph.rules.iter().len()];
        for (event, rules) in matching {
            if published[event.index()] {
                rules.iter().for_each(|rule| fed_within[rule.index()] = true);
            } else {
                steps.insert(*event, 0);
                rules.iter().for_each(|rule| enter(graph.rules[*rule].function, 0, &mut waiting));
            }
        }
        for id in graph.functions.ids() {
            match graph.functions[id].trigger {
                Trigger::Rule(rule) if fed_within[rule.index()] => {}
                Trigger::Mapping(_) | Trigger::Rule(_) => enter(id, 0, &mut waiting),
            }
        }
        // What nothing leads to is a circle of its own, entered anywhere.
        for start in graph.functions.ids().map(Some).chain([None]) {
            while let Some((function, step)) = waiting.pop_front() {
                for event in &graph.functions[function].publishes {
                    steps.entry(*event).or_insert(step + 1);
                    for rule in &matching[event] {
                        enter(graph.rules[*rule].function, step + 1, &mut waiting);
                    }
                }
            }
            if let Some(start) = start {
                enter(start, 0, &mut waiting);
            }
        }
        Self(steps)
    }

    fn of(&self, event: Id<Event>) -> usize {
        self.0.get(&event).copied().unwrap_or_default()
    }
}

struct Drawing<'a> {
    graph: &'a Graph,
    /// The rules that each event may match.
    matching: BTreeMap<Id<Event>, Vec<Id<Rule>>>,
    steps: Steps,
    sketch: Sketch,
    /// The shape of a bus at a step.
    buses: BTreeMap<(Id<Bus>, usize), usize>,
}

impl<'a> Drawing<'a> {
    fn new(graph: &'a Graph) -> Self {
        let subscribers = Subscribers::new(graph);
        let matching: BTreeMap<_, Vec<_>> =
            graph.events.ids().map(|id| (id, subscribers.of(id, graph).collect())).collect();
        let steps = Steps::new(graph, &matching);
        Self { graph, matching, steps, sketch: Sketch::default(), buses: BTreeMap::new() }
    }

    fn draw(mut self) -> Picture {
        let graph = self.graph;
        let streams: Vec<_> =
            self.shapes(Kind::Stream, "Kinesis stream", graph.streams.iter().map(|s| &s.node.name));
        self.captures(&streams);
        let functions: Vec<_> = self.shapes(
            Kind::Function,
            "Lambda function",
            graph.functions.iter().map(|f| &f.node.name),
        );
        // The platform's own is the last, and no data flows through it.
        let tables = graph.tables.iter().filter(|table| !table.is_platforms());
        let tables: Vec<_> =
            self.shapes(Kind::Table, "DynamoDB table", tables.map(|t| &t.node.name));
        let topics: Vec<_> =
            self.shapes(Kind::Topic, "SNS topic", graph.topics.iter().map(|t| &t.node.name));

        for mapping in graph.mappings.iter() {
            let (stream, function) =
                (streams[mapping.stream.index()], functions[mapping.function.index()]);
            self.sketch.arrow(stream, function, None, false);
        }
        self.events(&functions);
        self.raw_rules(&functions);
        for (function, shape) in graph.functions.iter().zip(&functions) {
            let mut verbs: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for (statement, target) in uses(function) {
                let to = match target {
                    Target::Table(id) => tables[id.index()],
                    Target::Topic(id) => topics[id.index()],
                    Target::Stream(id) => streams[id.index()],
                    Target::Bus(_)
                    | Target::KmsKey(_)
                    | Target::Vpc(_)
                    | Target::Subnet(_)
                    | Target::RouteTable(_)
                    | Target::Group(_)
                    | Target::Aurora(_)
                    | Target::Bucket(_)
                    | Target::Queue(_) => continue,
                };
                verbs
                    .entry(to)
                    .or_default()
                    .extend(statement.actions.iter().map(|a| label::verb(a)));
            }
            for (to, mut verbs) in verbs {
                verbs.sort();
                verbs.dedup();
                self.sketch.arrow(*shape, to, Some(verbs.join(", ")), false);
            }
        }
        for bus in graph.buses.ids() {
            if self.buses.range((bus, 0)..=(bus, usize::MAX)).next().is_none() {
                self.bus(bus, 0);
            }
        }
        self.sketch.finish()
    }

    fn shapes<'n>(
        &mut self,
        kind: Kind,
        subtitle: &str,
        names: impl Iterator<Item = &'n String>,
    ) -> Vec<usize> {
        names.map(|name| self.sketch.shape(kind, name, subtitle, false)).collect()
    }

    /// The changes of each database, by who captures them, to the stream.
    fn captures(&mut self, streams: &[usize]) {
        let graph = self.graph;
        let databases: Vec<_> = graph
            .auroras
            .iter()
            .map(|aurora| {
                let vpc = &graph.vpcs[aurora.vpc].node;
                let subtitle = format!("Aurora MySQL in {}", vpc.name);
                self.sketch.shape(Kind::Database, &aurora.database, &subtitle, false)
            })
            .collect();
        for capture in graph.captures.iter() {
            let shape = self.sketch.shape(Kind::Capture, &capture.node.name, "DMS", false);
            let tables: Vec<_> = capture.tables.iter().map(|table| table.name.as_str()).collect();
            let tables = tables.join(", ");
            self.sketch.arrow(databases[capture.from.index()], shape, Some(tables), false);
            self.sketch.arrow(shape, streams[capture.into.index()], None, false);
        }
    }

    fn bus(&mut self, bus: Id<Bus>, step: usize) -> usize {
        let name = &self.graph.buses[bus].node.name;
        let sketch = &mut self.sketch;
        *self
            .buses
            .entry((bus, step))
            .or_insert_with(|| sketch.shape(Kind::Bus, name, "EventBridge bus", false))
    }

    /// Each event from who publishes it, by its bus, to who handles it.
    fn events(&mut self, functions: &[usize]) {
        let graph = self.graph;
        let mut publishers: BTreeMap<Id<Event>, Vec<usize>> = BTreeMap::new();
        for (function, shape) in graph.functions.iter().zip(functions) {
            for event in &function.publishes {
                publishers.entry(*event).or_default().push(*shape);
            }
        }
        for id in graph.events.ids() {
            let event = &graph.events[id];
            let publishers = publishers.remove(&id).unwrap_or_default();
            let rules: Vec<_> = self.matching[&id]
                .iter()
                .map(|rule| &graph.rules[*rule])
                .filter(|rule| rule.event.is_some())
                .collect();
            if publishers.is_empty() && rules.is_empty() {
                continue;
            }
            let bus = self.bus(event.bus, self.steps.of(id));
            for publisher in &publishers {
                self.sketch.arrow(*publisher, bus, Some(event.detail_type.clone()), false);
            }
            let outside = event.external || publishers.is_empty();
            // An event that only raw rules handle is told by theirs.
            if rules.is_empty() && !outside {
                continue;
            }
            let shape = self.sketch.shape(Kind::Event, &event.detail_type, &event.source, outside);
            self.sketch.arrow(bus, shape, None, publishers.is_empty() || rules.is_empty());
            for rule in rules {
                let condition = label::condition(&rule.pattern);
                self.sketch.arrow(shape, functions[rule.function.index()], condition, false);
            }
        }
    }

    /// Rules about no declared event may match several, and events of others.
    fn raw_rules(&mut self, functions: &[usize]) {
        let graph = self.graph;
        let mut fed: BTreeMap<Id<Rule>, Vec<usize>> = BTreeMap::new();
        for (event, rules) in &self.matching {
            for rule in rules.iter().filter(|rule| graph.rules[**rule].event.is_none()) {
                fed.entry(*rule).or_default().push(self.steps.of(*event));
            }
        }
        for id in graph.rules.ids() {
            let rule = &graph.rules[id];
            if rule.event.is_some() {
                continue;
            }
            let title = label::allowed(&rule.pattern, "detail-type");
            let source = label::allowed(&rule.pattern, "source");
            let shape = self.sketch.shape(Kind::Event, &title, &source, true);
            let steps = fed.remove(&id);
            let outside = steps.is_none();
            for step in steps.unwrap_or_else(|| vec![0]) {
                let bus = self.bus(rule.bus, step);
                self.sketch.arrow(bus, shape, None, outside);
            }
            let condition = label::condition(&rule.pattern);
            self.sketch.arrow(shape, functions[rule.function.index()], condition, false);
        }
    }
}
