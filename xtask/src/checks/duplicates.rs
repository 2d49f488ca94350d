//! Names that have to be unique are.

use std::collections::HashMap;

use esteira::manifest::{self, Item};

use crate::{
    diagnostic::Diagnostic,
    graph::{Bus, Function, Index, Logical, Stream, Table, Topic, place},
    stage::Stage,
};

pub(super) fn check(index: &Index<'_>, stage: &Stage, mistakes: &mut Vec<Diagnostic>) {
    let mut names = Names { stage, mistakes, logical: HashMap::new() };
    macro_rules! kind {
        ($list:expr, $noun:literal, $name:ident, $logical:expr) => {
            let declared = $list.iter().map(|e| (e.item, e.declared.$name.as_ref()));
            names.physical($noun, declared);
            names.logical($noun, $list.iter().map(|e| (e.item, $logical(e.item.name()))));
        };
    }
    kind!(index.streams, "stream", name, Stream::logical);
    kind!(index.buses, "bus", name, Bus::logical);
    kind!(index.tables, "table", name, Table::logical);
    kind!(index.topics, "topic", name, Topic::logical);
    kind!(index.handlers, "function", function, Function::logical);
    events(index, mistakes);
}

struct Names<'a, 'm> {
    stage: &'a Stage,
    mistakes: &'m mut Vec<Diagnostic>,
    logical: HashMap<String, &'a Item>,
}

impl<'a> Names<'a, '_> {
    fn physical(
        &mut self,
        noun: &'static str,
        declared: impl Iterator<Item = (&'a Item, &'a str)>,
    ) {
        let mut first: HashMap<String, &Item> = HashMap::new();
        for (item, name) in declared {
            let name = self.stage.physical_name(name);
            if let Some(first) = first.get(&name) {
                self.mistakes.push(twice(
                    format!("two {} are named `{name}`", plural(noun)),
                    first,
                    item,
                    "give one of them another name in its attribute",
                ));
            } else {
                first.insert(name, item);
            }
        }
    }

    fn logical(&mut self, noun: &'static str, declared: impl Iterator<Item = (&'a Item, Logical)>) {
        let mut snakes: HashMap<String, &Item> = HashMap::new();
        for (item, Logical { snake, camel }) in declared {
            let taken = self.logical.get(&camel).or_else(|| snakes.get(&snake)).copied();
            if let Some(first) = taken {
                self.mistakes.push(twice(
                    format!("`{}` and `{}` would both become {noun} `{snake}`", first.id, item.id),
                    first,
                    item,
                    "rename one of them: generated resources are named after the Rust type or \
                     function",
                ));
            } else {
                self.logical.insert(camel, item);
                snakes.insert(snake, item);
            }
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

fn twice(message: String, first: &Item, second: &Item, help: &str) -> Diagnostic {
    Diagnostic::new(message)
        .at(place(&second.at), "declared again here")
        .at(place(&first.at), "first declared here")
        .help(help)
}

fn plural(noun: &str) -> String {
    if noun.ends_with('s') { format!("{noun}es") } else { format!("{noun}s") }
}
