//! Tables in memory.

use std::collections::{BTreeMap, BTreeSet};
#[cfg(feature = "testing")]
use std::ops::Bound;

use serde_dynamo::Item;

use super::{
    evaluate,
    order::{ItemKey, Part},
};
use crate::{
    Table,
    call::{CallError, Existing, ItemCall, ItemOperation, QueryCall, Reply},
    table::{Key, limits, size},
};

/// The most bytes of items on a page of a query: 1 MB.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html>
const PAGE_BYTES: usize = 1024 * 1024;

/// The tokens that are kept at least.
const TOKENS: usize = 10_000;

/// Every table, by its id.
#[derive(Default)]
pub(crate) struct Tables {
    items: BTreeMap<&'static str, BTreeMap<ItemKey, Item>>,
    /// The tokens of the transactions that were carried out last, and of as many before them.
    /// DynamoDB knows them for ten minutes, and who sends a transaction again does it at once.
    done: BTreeSet<String>,
    done_before: BTreeSet<String>,
    /// What was written, if anybody wants to know.
    #[cfg(feature = "testing")]
    written: Option<Vec<Written>>,
}

/// An item that was written, or removed.
#[cfg(feature = "testing")]
pub(crate) struct Written {
    pub(crate) table: &'static str,
    pub(crate) key: ItemKey,
    pub(crate) item: Option<Item>,
}

/// What is looked at from outside, with keys and names that no type gives.
#[cfg(feature = "testing")]
impl Tables {
    /// From now on what is written can be [taken](Self::take_written).
    pub(crate) fn keep_written(&mut self) {
        self.written = Some(Vec::new());
    }

    pub(crate) fn take_written(&mut self) -> Vec<Written> {
        self.written.as_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn get_raw(&self, table: &str, key: &ItemKey) -> Option<&Item> {
        self.items.get(table)?.get(key)
    }

    pub(crate) fn store_raw(&mut self, table: &'static str, key: ItemKey, item: Option<Item>) {
        self.store(table, key, item);
    }

    /// The items of a partition, or all, behind a key, in the order asked for.
    pub(crate) fn range_raw<'a>(
        &'a self,
        table: &str,
        partition: Option<&'a Part>,
        after: Option<&ItemKey>,
        descending: bool,
    ) -> Box<dyn Iterator<Item = (&'a ItemKey, &'a Item)> + 'a> {
        let Some(items) = self.items.get(table) else { return Box::new(std::iter::empty()) };
        let within = move |(key, _): &(&ItemKey, &Item)| partition.is_none_or(|it| key.is_in(it));
        let after = after.map(|it| Bound::Excluded(it.clone()));
        if descending {
            let before = items.range((Bound::Unbounded, after.unwrap_or(Bound::Unbounded))).rev();
            return Box::new(before.skip_while(move |it| !within(it)).take_while(within));
        }
        // What is behind a key of an earlier partition begins with the partition.
        let first = partition.map_or(Bound::Unbounded, |it| Bound::Included(ItemKey::first(it)));
        let behind = items.range((after.unwrap_or(first), Bound::Unbounded));
        Box::new(behind.skip_while(move |it| !within(it)).take_while(within))
    }
}

impl Tables {
    pub(super) fn insert<T: Table>(&mut self, item: Item) -> Result<(), CallError> {
        let key = Key::<T>::of(&item)?;
        limits::key(T::ID, &key, T::PARTITION_KEY)?;
        limits::item(T::ID, &item)?;
        self.store(T::ID, ItemKey::new(&key, T::PARTITION_KEY)?, Some(item));
        Ok(())
    }

    /// The items of a table in the order of their keys.
    pub(super) fn items(&self, table: &str) -> impl Iterator<Item = (&ItemKey, &Item)> {
        self.items.get(table).into_iter().flatten()
    }

    /// The items of a partition, in the order of their sort keys.
    fn partition<'a>(
        &'a self,
        table: &str,
        partition: &'a Part,
    ) -> impl Iterator<Item = (&'a ItemKey, &'a Item)> {
        let items = self.items.get(table).into_iter();
        let items = items.flat_map(|items| items.range(ItemKey::first(partition)..));
        items.take_while(|(key, _)| key.is_in(partition))
    }

    pub(super) fn get<T: Table>(&self, key: Key<T>) -> Option<Item> {
        let key = ItemKey::new(&key.into_attributes().ok()?, T::PARTITION_KEY).ok()?;
        self.items.get(T::ID)?.get(&key).cloned()
    }

    fn store(&mut self, table: &'static str, key: ItemKey, item: Option<Item>) {
        #[cfg(feature = "testing")]
        if let Some(written) = &mut self.written {
            written.push(Written { table, key: key.clone(), item: item.clone() });
        }
        let table = self.items.entry(table).or_default();
        match item {
            Some(item) => table.insert(key, item),
            None => table.remove(&key),
        };
    }

    /// The item that a call is about, if it is there and the call's condition holds for it.
    fn current(&self, call: &ItemCall) -> Result<(ItemKey, Option<Item>), CallError> {
        let key = ItemKey::new(&call.key, call.partition_key)?;
        let current = self.items.get(call.table.id).and_then(|table| table.get(&key)).cloned();
        if let Some(condition) = &call.condition
            && !evaluate::holds(condition, current.as_ref())?
        {
            return Err(CallError::ConditionFailed { existing: current.map(Existing) });
        }
        Ok((key, current))
    }

    /// What an operation leaves in the place of the current item.
    fn outcome(call: &ItemCall, current: Option<Item>) -> Result<Option<Item>, CallError> {
        match &call.operation {
            ItemOperation::Get { .. } => Ok(current),
            ItemOperation::Put { item } => Ok(Some(item.clone())),
            ItemOperation::Delete => Ok(None),
            ItemOperation::Update { assignments } => {
                let base = current.unwrap_or_else(|| call.key.clone());
                let item = evaluate::assign(base, assignments)?;
                // Only who has the item sees it grow.
                limits::item(call.table.id, &item)?;
                Ok(Some(item))
            }
        }
    }

    pub(super) fn item(&mut self, call: ItemCall) -> Result<Reply, CallError> {
        let (key, current) = self.current(&call)?;
        if let ItemOperation::Get { .. } = call.operation {
            return Ok(Reply::Item(current));
        }
        let item = Self::outcome(&call, current)?;
        self.store(call.table.id, key, item);
        Ok(Reply::Done)
    }

    /// Carries out all calls or none. What was done under the same token is not done again.
    pub(super) fn transact(
        &mut self,
        calls: Vec<ItemCall>,
        token: String,
    ) -> Result<Reply, CallError> {
        if self.done.contains(&token) || self.done_before.contains(&token) {
            return Ok(Reply::Done);
        }
        let outcomes: Vec<_> = calls
            .iter()
            .map(|call| {
                let (key, current) = self.current(call)?;
                Ok((key, Self::outcome(call, current)?))
            })
            .collect();
        if outcomes.iter().any(Result::is_err) {
            return Err(CallError::Cancelled(outcomes.into_iter().map(Result::err).collect()));
        }
        for (call, outcome) in calls.iter().zip(outcomes) {
            let (key, item) = outcome?;
            self.store(call.table.id, key, item);
        }
        if self.done.len() >= TOKENS {
            self.done_before = std::mem::take(&mut self.done);
        }
        self.done.insert(token);
        Ok(Reply::Done)
    }

    /// A page of a query. As on AWS, one that ends at the limit says where the next one starts
    /// even where nothing is left.
    pub(super) fn query(&self, call: QueryCall) -> Result<Reply, CallError> {
        let (partition_key, partition) = &call.partition;
        let partition = Part::new(partition_key, partition)?;
        let start = call.start.map(|key| ItemKey::new(&key, partition_key)).transpose()?;
        let mut found: Vec<_> = self
            .partition(call.table.id, &partition)
            .filter(|(key, _)| key.begins_with(call.prefix.as_deref()))
            .filter(|(key, _)| match &start {
                Some(start) if call.descending => *key < start,
                Some(start) => *key > start,
                None => true,
            })
            .map(|(_, item)| item)
            .collect();
        if call.descending {
            found.reverse();
        }
        let mut bytes = 0;
        let mut page = Vec::new();
        for item in found {
            bytes += size::of_item(item);
            if bytes > PAGE_BYTES || Some(page.len()) == call.limit {
                break;
            }
            page.push(item.clone());
        }
        let key = |item: &Item| -> Item {
            let names = std::iter::once(*partition_key).chain(call.sort_key);
            let attributes =
                names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
            attributes.collect::<std::collections::HashMap<_, _>>().into()
        };
        let ends_early = bytes > PAGE_BYTES || Some(page.len()) == call.limit;
        let next = page.last().filter(|_| ends_early).map(key);
        Ok(Reply::Items(page, next))
    }
}
