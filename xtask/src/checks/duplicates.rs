//! Names that have to be unique are.

use std::collections::HashMap;

use esteira_manifest::{self as manifest, Item, Text};

use crate::{
    diagnostic::Diagnostic,
    graph::{
        Aurora, Bus, Capture, Function, Graph, Group, Index, KmsKey, Logical, Node, Stream, Table,
        Topic, Vpc, place,
    },
    stage::Stage,
};

pub(super) fn check(index: &Index<'_>, stage: &Stage, mistakes: &mut Vec<Diagnostic>) {
    let mut names = Names { stage, mistakes, ids: HashMap::new() };
    names.check(
        "stream",
        index.streams.iter().map(|e| (e.item, &e.declared.name, Stream::logical(e.item.name()))),
    );
    names.check(
        "bus",
        index.buses.iter().map(|e| (e.item, &e.declared.name, Bus::logical(e.item.name()))),
    );
    names.check(
        "table",
        index.tables.iter().map(|e| (e.item, &e.declared.name, Table::logical(e.item.name()))),
    );
    names.check_physical(
        "topic",
        index
            .topics
            .iter()
            .map(|e| (e.item, Topic::name(e.declared, stage), Topic::logical(e.item.name()))),
    );
    names.check(
        "KMS key",
        index.kms_keys.iter().map(|e| (e.item, &e.declared.name, KmsKey::logical(e.item.name()))),
    );
    names.check(
        "VPC",
        index.vpcs.iter().map(|e| (e.item, &e.declared.name, Vpc::logical(e.item.name()))),
    );
    names.check(
        "database cluster",
        index.auroras.iter().map(|e| (e.item, &e.declared.name, Aurora::logical(e.item.name()))),
    );
    names.check(
        "capture",
        index.captures.iter().map(|e| (e.item, &e.declared.name, Capture::logical(e.item.name()))),
    );
    names.check(
        "function",
        index
            .handlers
            .iter()
            .map(|e| (e.item, &e.declared.function, Function::logical(e.item.name()))),
    );
    events(index, mistakes);
}

struct Names<'a, 'm> {
    stage: &'a Stage,
    mistakes: &'m mut Vec<Diagnostic>,
    /// By the logical id, which all kinds share.
    ids: HashMap<String, &'a Item>,
}

impl<'a> Names<'a, '_> {
    /// Checks the names of one kind; of two reasons to refuse an item only the first is given.
    fn check(
        &mut self,
        noun: &'static str,
        declared: impl Iterator<Item = (&'a Item, &'a Text, Logical)>,
    ) {
        let stage = self.stage;
        let physical =
            |(item, name, logical): (_, &Text, _)| (item, stage.physical_name(name), logical);
        self.check_physical(noun, declared.map(physical));
    }

    /// The same of a kind whose names in AWS are more than the pattern makes of them.
    fn check_physical(
        &mut self,
        noun: &'static str,
        declared: impl Iterator<Item = (&'a Item, String, Logical)>,
    ) {
        let mut addresses: HashMap<String, &Item> = HashMap::new();
        let mut physical: HashMap<String, &Item> = HashMap::new();
        for (item, name, Logical { snake, camel }) in declared {
            if let Some(first) = self.ids.get(&camel).or_else(|| addresses.get(&snake)) {
                self.mistakes.push(twice(
                    format!("`{}` and `{}` would both become {noun} `{snake}`", first.id, item.id),
                    first,
                    item,
                    "rename one of them: generated resources are named after the Rust type or \
                     function",
                ));
                continue;
            }
            if let Some(first) = physical.get(&name) {
                self.mistakes.push(twice(
                    format!("two {} are named `{name}`", plural(noun)),
                    first,
                    item,
                    "give one of them another name in its attribute",
                ));
            }
            self.ids.insert(camel, item);
            addresses.insert(snake, item);
            physical.entry(name).or_insert(item);
        }
    }
}

/// Two event types that nothing on the bus could tell apart.
fn events(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let mut first: HashMap<_, &Item> = HashMap::new();
    for event in index.events.iter() {
        let manifest::Event { bus, source, detail_type, .. } = event.declared;
        if let Some(first) = first.get(&(bus, source, detail_type)) {
            mistakes.push(twice(
                format!(
                    "two events of one bus have the source `{source}` and the detail type \
                     `{detail_type}`"
                ),
                first,
                event.item,
                "give one of them another `detail_type`: a rule could not tell them apart",
            ));
        } else {
            first.insert((bus, source, detail_type), event.item);
        }
    }
}

/// Security groups of two resources that would share one, which takes the graph to see.
pub(super) fn groups(graph: &Graph, mistakes: &mut Vec<Diagnostic>) {
    let mut logical: HashMap<_, &Node> = HashMap::new();
    let mut physical: HashMap<_, &Node> = HashMap::new();
    for Group { node, vpc, .. } in graph.groups.created() {
        let first = logical.insert(&node.logical.snake, node);
        let Some(first) = first.or(physical.insert((*vpc, &node.name), node)) else { continue };
        mistakes.push(
            Diagnostic::new(format!("two security groups would be named `{}`", node.name))
                .at(node.at.clone(), "declared again here")
                .at(first.at.clone(), "first declared here")
                .help("rename one of the two, the type and its `name`"),
        );
    }
}

fn twice(message: String, first: &Item, second: &Item, help: &str) -> Diagnostic {
    Diagnostic::new(message)
        .at(place(&second.at), "declared again here")
        .at(place(&first.at), "first declared here")
        .help(help)
}

fn plural(noun: &str) -> String {
    if noun.ends_with('s') { format!("{noun}es") } else { format!("{noun}s") }
}
