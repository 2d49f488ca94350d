//! A DynamoDB table.

use esteira::manifest::{self, Kind};

use super::{Declaration, Logical, Node, index::Entry};
use crate::stage::Stage;

/// A DynamoDB table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) node: Node,
    pub(crate) partition_key: manifest::Key,
    pub(crate) sort_key: Option<manifest::Key>,
}

impl Declaration for manifest::Table {
    type Node = Table;
    const NOUN: &'static str = "a table";
    const ATTRIBUTE: &'static str = "#[derive(Table)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Table(table) = kind { Some(table) } else { None }
    }
}

impl Table {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Table")
    }

    pub(crate) fn new(entry: Entry<'_, manifest::Table>, stage: &Stage) -> Self {
        let Entry { item, declared } = entry;
        Self {
            node: Node::new(item, &declared.name, Self::logical(item.name()), stage),
            partition_key: declared.partition_key.clone(),
            sort_key: declared.sort_key.clone(),
        }
    }
}
