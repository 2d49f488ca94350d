//! Tables in memory, ordered by key.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use esteira::__private::Number;
use serde_dynamo::{AttributeValue, Item};

use super::Local;
use crate::endpoint::backend::{Items, KeySchema, Range, Tables};

/// The value of an attribute of a key, in the order that DynamoDB has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(Number),
    Text(String),
}

/// Partition key, then sort key.
type Key = (Part, Option<Part>);

/// The items of a table.
#[derive(Debug)]
pub(super) struct Table {
    schema: KeySchema,
    items: BTreeMap<Key, Item>,
}

impl Table {
    pub(super) fn new(schema: KeySchema) -> Self {
        Self { schema, items: BTreeMap::new() }
    }

    /// The key in an item; none if there is none, which the endpoint does not let pass.
    fn key(&self, item: &Item) -> Option<Key> {
        let part = |name: &str| part(item.get(name)?);
        let sort = match &self.schema.sort {
            Some(sort) => Some(part(&sort.name)?),
            None => None,
        };
        Some((part(&self.schema.partition.name)?, sort))
    }
}

fn part(value: &AttributeValue) -> Option<Part> {
    match value {
        AttributeValue::S(text) => Some(Part::Text(text.clone())),
        AttributeValue::N(text) => Number::parse(text).map(Part::Number),
        _ => None,
    }
}

impl Tables for Local {
    fn tables(&self) -> Vec<String> {
        self.state().tables.keys().cloned().collect()
    }

    fn key_schema(&self, table: &str) -> Option<KeySchema> {
        self.state().tables.get(table).map(|table| table.schema.clone())
    }

    fn with_items(&self, work: &mut dyn FnMut(&mut dyn Items)) {
        work(&mut self.state().tables);
    }
}

impl Items for BTreeMap<String, Table> {
    fn get(&self, table: &str, key: &Item) -> Option<Item> {
        let table = BTreeMap::get(self, table)?;
        table.items.get(&table.key(key)?).cloned()
    }

    fn put(&mut self, table: &str, item: Item) {
        if let Some(table) = self.get_mut(table)
            && let Some(key) = table.key(&item)
        {
            table.items.insert(key, item);
        }
    }

    fn remove(&mut self, table: &str, key: &Item) {
        if let Some(table) = self.get_mut(table)
            && let Some(key) = table.key(key)
        {
            table.items.remove(&key);
        }
    }

    fn visit(
        &self,
        table: &str,
        range: &Range<'_>,
        visitor: &mut dyn FnMut(&Item) -> ControlFlow<()>,
    ) {
        let Some(table) = BTreeMap::get(self, table) else { return };
        let partition = range.partition.and_then(part);
        let after = range.after.and_then(|key| table.key(key));
        let wanted = |key: &Key| {
            partition.as_ref().is_none_or(|it| *it == key.0)
                && match &after {
                    Some(after) if range.descending => key < after,
                    Some(after) => key > after,
                    None => true,
                }
        };
        let items = table.items.iter().filter(|(key, _)| wanted(key)).map(|it| it.1);
        let _ = if range.descending {
            items.rev().try_for_each(visitor)
        } else {
            items.into_iter().try_for_each(visitor)
        };
    }
}
