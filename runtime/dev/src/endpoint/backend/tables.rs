//! DynamoDB tables.

use std::ops::ControlFlow;

use serde_dynamo::{AttributeValue, Item};

/// The tables of a pipeline.
pub trait Tables {
    /// The names of all tables.
    fn tables(&self) -> Vec<String>;

    /// What identifies an item of a table; none if there is no such table.
    fn key_schema(&self, table: &str) -> Option<KeySchema>;

    /// Runs work on the items of all tables, once, while nothing else touches them. The work only
    /// names tables that exist.
    fn with_items(&self, work: &mut dyn FnMut(&mut dyn Items));
}

/// The items of all tables. An item is identified by the attributes of its table's key; any
/// others are ignored where a key is asked for.
pub trait Items {
    /// The item with a key.
    fn get(&self, table: &str, key: &Item) -> Option<Item>;

    /// Puts an item in the place of the one with the same key.
    fn put(&mut self, table: &str, item: Item);

    /// Removes an item if it is there.
    fn remove(&mut self, table: &str, key: &Item);

    /// Shows items in the order of their keys, until the visitor breaks.
    fn visit(
        &self,
        table: &str,
        range: &Range<'_>,
        visitor: &mut dyn FnMut(&Item) -> ControlFlow<()>,
    );
}

/// Which items to show, and in which order.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    /// Only those with this partition key; all of the table if there is none.
    pub partition: Option<&'a AttributeValue>,
    /// Only those behind this key, in the order asked for. No item needs to have it.
    pub after: Option<&'a Item>,
    /// The last one first.
    pub descending: bool,
}

/// The key of the items of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySchema {
    /// The partition key.
    pub partition: KeyPart,
    /// The sort key, if the table has one.
    pub sort: Option<KeyPart>,
}

impl KeySchema {
    /// The partition key and then the sort key.
    pub fn parts(&self) -> impl Iterator<Item = &KeyPart> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    /// The key of an item: those of its attributes that identify it.
    pub fn key_of(&self, item: &Item) -> Item {
        let attributes = self.parts().filter_map(|part| {
            item.get(&part.name).map(|value| (part.name.clone(), value.clone()))
        });
        attributes.collect::<std::collections::HashMap<_, _>>().into()
    }
}

/// An attribute of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// The name of the attribute.
    pub name: String,
    /// What its values are.
    pub kind: KeyType,
}

/// The type of an attribute of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// `S`.
    Text,
    /// `N`.
    Number,
}
