//! The tables of an application, for whoever is not one of its handles.

use std::{ops::ControlFlow, time::SystemTime};

use serde_dynamo::{AttributeValue, Item};

use super::{Engine, Named};
use crate::{
    manifest::{Idempotent, Scalar},
    memory::{
        order::{ItemKey, Part},
        tables::Tables,
    },
};

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it is called.
    pub named: Named,
    /// The name and type of its partition key.
    pub partition: (String, Scalar),
    /// The name and type of its sort key.
    pub sort: Option<(String, Scalar)>,
    /// The attribute with the time, in seconds since 1970, at which an item expires.
    pub ttl: Option<String>,
}

impl Table {
    /// The table of what handlers remember to have done.
    pub(super) fn of_idempotency(named: Named) -> Self {
        let partition = (Idempotent::PARTITION_KEY.to_owned(), Scalar::S);
        Self { named, partition, sort: None, ttl: Some(Idempotent::TTL.to_owned()) }
    }

    /// Whether an item is of no use to whoever begins again: it has expired, or it is the claim of
    /// an invocation that ended with the engine.
    pub(super) fn is_over(&self, item: &Item, now: SystemTime) -> bool {
        let expires = self.ttl.as_ref().and_then(|ttl| match item.get(ttl) {
            Some(AttributeValue::N(seconds)) => seconds.parse::<u64>().ok(),
            _ => None,
        });
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let claimed = self.named.id == Idempotent::TABLE
            && item.get("state") == Some(&AttributeValue::S("INPROGRESS".into()));
        claimed || expires.is_some_and(|expires| expires < now)
    }

    pub(super) fn key(&self, item: &Item) -> Option<ItemKey> {
        let sort = self.sort.as_ref().map(|(name, _)| name.as_str());
        ItemKey::of(item, &self.partition.0, sort).ok()
    }
}

/// The items of all tables, which nobody else touches meanwhile.
pub struct Items<'a> {
    tables: &'a [Table],
    items: &'a mut Tables,
}

impl Items<'_> {
    /// The item with the key attributes of another one.
    pub fn get(&self, table: usize, key: &Item) -> Option<Item> {
        let table = &self.tables[table];
        self.items.get_raw(table.named.id, &table.key(key)?).cloned()
    }

    /// Puts an item in the place of the one with the same key. One without its key is dropped.
    pub fn put(&mut self, table: usize, item: Item) {
        let table = &self.tables[table];
        if let Some(key) = table.key(&item) {
            self.items.store_raw(table.named.id, key, Some(item));
        }
    }

    /// Removes the item with the key attributes of another one, if it is there.
    pub fn remove(&mut self, table: usize, key: &Item) {
        let table = &self.tables[table];
        if let Some(key) = table.key(key) {
            self.items.store_raw(table.named.id, key, None);
        }
    }

    /// Shows the items of a partition, or all, behind a key, in the order of their keys.
    pub fn visit(
        &self,
        table: usize,
        partition: Option<&AttributeValue>,
        after: Option<&Item>,
        descending: bool,
        visitor: &mut dyn FnMut(&Item) -> ControlFlow<()>,
    ) {
        let table = &self.tables[table];
        let after = after.and_then(|item| table.key(item));
        let partition = match partition.map(|value| Part::new(&table.partition.0, value)) {
            Some(Err(_)) => return,
            Some(Ok(partition)) => Some(partition),
            None => None,
        };
        let (table, after) = (table.named.id, after.as_ref());
        for (_, item) in self.items.range_raw(table, partition.as_ref(), after, descending) {
            if visitor(item).is_break() {
                return;
            }
        }
    }
}

impl Engine {
    /// The tables, in the order of their numbers.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Works on the items of the tables, while nothing else does.
    pub fn with_items<R>(&self, work: impl FnOnce(&mut Items<'_>) -> R) -> R {
        // There may be something to keep.
        self.flag.wake();
        self.memory.with_tables(|items| work(&mut Items { tables: &self.tables, items }))
    }
}
