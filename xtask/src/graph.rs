//! The resource graph: what an application declares, resolved, named and checked.
//!
//! Everything that is written is read off it. References between nodes are typed ids, so an
//! emitter cannot meet a name that leads nowhere.

use esteira::manifest::Manifest;

use crate::{checks, diagnostic::Result, stage::Stage};

mod bus;
mod event;
mod function;
mod index;
mod mapping;
mod name;
mod node;
mod pattern;
mod reference;
mod rule;
mod stream;
mod table;
mod topic;

pub(crate) use bus::Bus;
pub(crate) use event::Event;
pub(crate) use function::{Function, Trigger};
pub(crate) use index::{Declaration, Index};
pub(crate) use mapping::{Mapping, Subscribers};
pub(crate) use name::{Logical, upper_camel};
pub(crate) use node::{Id, Node, Nodes, place};
pub(crate) use pattern::could_match;
pub(crate) use reference::{Attribute, Reference, Target};
pub(crate) use rule::Rule;
pub(crate) use stream::Stream;
pub(crate) use table::Table;
pub(crate) use topic::Topic;

/// Everything one stage of one application consists of.
///
/// Nodes of a kind are in the order of the manifest, which is the order of their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub(crate) app: String,
    pub(crate) stage: String,
    pub(crate) streams: Nodes<Stream>,
    pub(crate) buses: Nodes<Bus>,
    pub(crate) events: Nodes<Event>,
    pub(crate) tables: Nodes<Table>,
    pub(crate) topics: Nodes<Topic>,
    pub(crate) functions: Nodes<Function>,
    pub(crate) mappings: Nodes<Mapping>,
    pub(crate) rules: Nodes<Rule>,
}

impl Graph {
    /// Checks a manifest and resolves it for a stage.
    ///
    /// # Errors
    ///
    /// Every mistake that takes more than one item to see, or that AWS would refuse later.
    pub fn new(manifest: &Manifest, stage: &Stage) -> Result<Self> {
        let index = Index::new(manifest);
        checks::run(&index, stage)?;

        let mut graph = Self {
            app: manifest.app.clone(),
            stage: stage.name.clone(),
            streams: index.streams.iter().map(|d| Stream::new(d, stage)).collect(),
            buses: index.buses.iter().map(|d| Bus::new(d, stage)).collect(),
            events: Nodes::default(),
            tables: index.tables.iter().map(|d| Table::new(d, stage)).collect(),
            topics: index.topics.iter().map(|d| Topic::new(d, stage)).collect(),
            functions: Nodes::default(),
            mappings: Nodes::default(),
            rules: Nodes::default(),
        };
        for event in index.events.iter() {
            graph.events.push(Event::new(event, &index)?);
        }
        for handler in index.handlers.iter() {
            Function::add(handler, &index, stage, &mut graph)?;
        }
        mapping::order(&mut graph);
        Ok(graph)
    }

    /// Every resource whose physical name is its own, with what messages call it.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, &Node)> {
        let streams = self.streams.iter().map(|stream| ("stream", &stream.node));
        let buses = self.buses.iter().map(|bus| ("bus", &bus.node));
        let tables = self.tables.iter().map(|table| ("table", &table.node));
        let topics = self.topics.iter().map(|topic| ("topic", &topic.node));
        let functions = self.functions.iter().map(|function| ("function", &function.node));
        streams.chain(buses).chain(tables).chain(topics).chain(functions)
    }
}

#[cfg(test)]
mod tests;
