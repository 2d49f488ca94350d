//! Operations on the items of a table.
//!
//! Each method of a handle makes an operation, a value. Awaiting it carries it out; handing it to
//! [`transact`] carries it out together with others, all or none. Only the handle that may do an
//! operation can make it, so the operation itself is the proof of the permission.

use std::{future::IntoFuture, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};
use serde_dynamo::{AttributeValue, Item};

use crate::{
    Table,
    call::{Call, CallError, Carrier, ItemCall, ItemOperation, QueryCall, Reply},
    clock::BoxFuture,
    detail::SingleText,
    handle::{Handle, Seat, may},
};

mod count;
pub(crate) mod expression;
mod gathering;
pub(crate) mod limits;
pub(crate) mod number;
pub(crate) mod render;
pub mod size;
mod transaction;

use expression::Predicate;
pub use expression::{Assignment, Condition};
pub(crate) use gathering::Gathering;
pub use transaction::{Transaction, transact};

/// The key of an item of the table `T`; the `key` function of the table makes it.
#[derive(Debug)]
pub struct Key<T> {
    attributes: Result<Item, CallError>,
    marker: PhantomData<fn() -> T>,
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        Self { attributes: self.attributes.clone(), marker: PhantomData }
    }
}

impl<T: Table> Key<T> {
    /// Called by the `key` function that the derive writes.
    #[doc(hidden)]
    pub fn new(values: &[(&'static str, &dyn ToAttribute)]) -> Self {
        let attributes = values
            .iter()
            .map(|(name, value)| Ok(((*name).to_owned(), value.to_attribute()?)))
            .collect::<Result<std::collections::HashMap<_, _>, CallError>>()
            .map(Item::from);
        Self { attributes, marker: PhantomData }
    }

    /// The key of an item, or why it has none.
    pub(crate) fn of(item: &Item) -> Result<Item, CallError> {
        let mut key = std::collections::HashMap::new();
        for name in std::iter::once(T::PARTITION_KEY).chain(T::SORT_KEY) {
            let value = item.get(name).ok_or_else(|| {
                CallError::Invalid(format!("an item of `{}` has no key attribute `{name}`", T::ID))
            })?;
            key.insert(name.to_owned(), value.clone());
        }
        Ok(key.into())
    }

    pub(crate) fn into_attributes(self) -> Result<Item, CallError> {
        self.attributes
    }
}

/// A value that can be an attribute of an item.
#[doc(hidden)]
pub trait ToAttribute {
    fn to_attribute(&self) -> Result<AttributeValue, CallError>;
}

impl<V: Serialize + ?Sized> ToAttribute for V {
    fn to_attribute(&self) -> Result<AttributeValue, CallError> {
        serde_dynamo::to_attribute_value(self).map_err(|e| CallError::Invalid(e.to_string()))
    }
}

/// An operation on one item, whatever its kind: what a transaction is made of.
#[must_use = "an operation does nothing until it is awaited or handed to `transact`"]
pub struct Operation {
    seat: Seat,
    call: Result<ItemCall, CallError>,
}

impl Operation {
    fn new<T: Table>(seat: &Seat, key: Result<Item, CallError>, operation: ItemOperation) -> Self {
        let call = key.map(|key| ItemCall {
            table: seat.target.clone(),
            key,
            partition_key: T::PARTITION_KEY,
            operation,
            condition: None,
        });
        Self { seat: seat.clone(), call }
    }

    fn require(&mut self, condition: Condition) {
        if let Ok(call) = &mut self.call {
            call.condition = Some(match call.condition.take() {
                Some(already) => already.and(condition),
                None => condition,
            });
        }
    }

    async fn run(self, carrier: Carrier) -> Result<Reply, CallError> {
        let call = self.call?;
        call.check()?;
        self.seat.call(&Call::Item(call, carrier)).await
    }
}

fn read<T: DeserializeOwned>(item: Item) -> Result<T, CallError> {
    serde_dynamo::from_item(item).map_err(|e| CallError::Invalid(e.to_string()))
}

impl<T: Table, A> Handle<T, A> {
    /// Reads an item.
    pub fn get(&self, key: Key<T>) -> GetItem<T>
    where
        A: may::Get,
    {
        let operation = ItemOperation::Get { consistent: false };
        GetItem::new(Operation::new::<T>(&self.seat, key.into_attributes(), operation))
    }

    /// Writes a whole item, in the place of the one with the same key if there is one.
    pub fn put(&self, item: &T) -> PutItem<T>
    where
        A: may::Put,
    {
        let item: Result<Item, _> =
            serde_dynamo::to_item(item).map_err(|e| CallError::Invalid(e.to_string()));
        let operation = match item {
            Ok(item) => {
                Operation::new::<T>(&self.seat, Key::<T>::of(&item), ItemOperation::Put { item })
            }
            Err(error) => Operation { seat: self.seat.clone(), call: Err(error) },
        };
        PutItem::new(operation)
    }

    /// Changes attributes of an item; one that does not exist is created, unless
    /// [`if_exists`](UpdateItem::if_exists) is asked for.
    pub fn update(&self, key: Key<T>) -> UpdateItem<T>
    where
        A: may::Update,
    {
        let operation = ItemOperation::Update { assignments: Vec::new() };
        UpdateItem::new(Operation::new::<T>(&self.seat, key.into_attributes(), operation))
    }

    /// Deletes an item. One that does not exist is no error.
    pub fn delete(&self, key: Key<T>) -> DeleteItem<T>
    where
        A: may::Delete,
    {
        DeleteItem::new(Operation::new::<T>(
            &self.seat,
            key.into_attributes(),
            ItemOperation::Delete,
        ))
    }

    /// Reads the items of one partition, in the order of their sort keys.
    pub fn query(&self, partition: impl Into<T::Partition>) -> QueryItems<T>
    where
        A: may::Query,
    {
        let call = partition.into().to_attribute().map(|value| QueryCall {
            table: self.seat.target.clone(),
            partition: (T::PARTITION_KEY, value),
            sort_key: T::SORT_KEY,
            prefix: None,
            consistent: false,
            descending: false,
            limit: None,
            start: None,
        });
        QueryItems { seat: self.seat.clone(), call, marker: PhantomData }
    }
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident -> $output:ty, $carrier:ident, $reply:expr;)+) => {$(
        $(#[$doc])*
        #[must_use = "an operation does nothing until it is awaited or handed to `transact`"]
        pub struct $name<T> {
            operation: Operation,
            marker: PhantomData<fn() -> T>,
        }

        impl<T> $name<T> {
            fn new(operation: Operation) -> Self {
                Self { operation, marker: PhantomData }
            }
        }

        impl<T: Table> IntoFuture for $name<T> {
            type Output = Result<$output, CallError>;
            type IntoFuture = BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move {
                    let reply: fn(Reply) -> Self::Output = $reply;
                    reply(self.operation.run(Carrier::$carrier).await?)
                })
            }
        }
    )+};
}

operations! {
    /// A read of one item.
    GetItem -> Option<T>, GET, |reply| match reply {
        Reply::Item(item) => item.map(read).transpose(),
        other => unexpected(&other),
    };
    /// A write of a whole item.
    PutItem -> (), PUT, |_| Ok(());
    /// A change of attributes.
    UpdateItem -> (), UPDATE, |_| Ok(());
    /// A deletion.
    DeleteItem -> (), DELETE, |_| Ok(());
}

fn unexpected<T>(reply: &Reply) -> Result<T, CallError> {
    Err(CallError::Invalid(format!("the port answered something else: {reply:?}")))
}

macro_rules! conditional {
    ($($name:ident),+) => {$(
        impl<T: Table> $name<T> {
            /// Only if the condition holds for the item that is there; several are all required.
            pub fn when(mut self, condition: impl FnOnce(&T::Fields) -> Condition) -> Self {
                self.operation.require(condition(T::FIELDS));
                self
            }

            /// Only if there is an item with the key.
            pub fn if_exists(mut self) -> Self {
                self.operation.require(Condition(Predicate::Exists(T::PARTITION_KEY)));
                self
            }
        }

        impl<T> From<$name<T>> for Operation {
            fn from(operation: $name<T>) -> Self {
                operation.operation
            }
        }
    )+};
}

conditional!(PutItem, UpdateItem, DeleteItem);

impl<T: Table> GetItem<T> {
    /// Sees every write that was accepted before; costs twice as much.
    pub fn consistent(mut self) -> Self {
        if let Ok(call) = &mut self.operation.call {
            call.operation = ItemOperation::Get { consistent: true };
        }
        self
    }
}

impl<T: Table> PutItem<T> {
    /// Only if there is no item with the same key.
    pub fn if_absent(mut self) -> Self {
        self.operation.require(Condition(Predicate::Absent(T::PARTITION_KEY)));
        self
    }
}

impl<T: Table> UpdateItem<T> {
    /// Assigns to an attribute; several may be assigned to, each once, but none of the key.
    pub fn set(mut self, assign: impl FnOnce(&T::Fields) -> Assignment) -> Self {
        let assignment = assign(T::FIELDS);
        let name = assignment.name;
        if let Ok(ItemCall { operation: ItemOperation::Update { assignments }, .. }) =
            &mut self.operation.call
        {
            let why = if name == T::PARTITION_KEY || T::SORT_KEY == Some(name) {
                "is part of the key, which never changes: put another item and delete this one"
            } else if assignments.iter().any(|other| other.name == name) {
                "is assigned to twice"
            } else {
                assignments.push(assignment);
                return self;
            };
            self.operation.call = Err(CallError::Invalid(format!("`{name}` of `{}` {why}", T::ID)));
        }
        self
    }
}

/// A read of the items of one partition. Pages are followed to the end, or to the limit.
#[must_use = "a query does nothing until it is awaited"]
pub struct QueryItems<T> {
    seat: Seat,
    call: Result<QueryCall, CallError>,
    marker: PhantomData<fn() -> T>,
}

impl<T: Table> QueryItems<T> {
    fn with(mut self, change: impl FnOnce(&mut QueryCall)) -> Self {
        if let Ok(call) = &mut self.call {
            change(call);
        }
        self
    }

    /// Only items whose sort key, a text, begins with `prefix`.
    pub fn begins_with(self, prefix: impl Into<String>) -> Self
    where
        T::Sort: SingleText,
    {
        // Every text begins with the empty one, which DynamoDB takes for no key.
        self.with(|call| call.prefix = Some(prefix.into()).filter(|prefix| !prefix.is_empty()))
    }

    /// Sees every write that was accepted before; costs twice as much.
    pub fn consistent(self) -> Self {
        self.with(|call| call.consistent = true)
    }

    /// The greatest sort key first.
    pub fn descending(self) -> Self {
        self.with(|call| call.descending = true)
    }

    /// At most `items` items.
    pub fn limit(self, items: usize) -> Self {
        self.with(|call| call.limit = Some(items))
    }
}

impl<T: Table> IntoFuture for QueryItems<T> {
    type Output = Result<Vec<T>, CallError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut call = self.call?;
            call.check()?;
            let limit = call.limit;
            let mut found = Vec::new();
            loop {
                call.limit = limit.map(|limit| limit - found.len());
                if call.limit == Some(0) {
                    return Ok(found);
                }
                let page = Call::Query(call.clone(), Carrier::QUERY);
                let (items, next) = match self.seat.call(&page).await? {
                    Reply::Items(items, next) => (items, next),
                    other => return unexpected(&other),
                };
                for item in items {
                    found.push(read(item)?);
                }
                match next {
                    Some(next) => call.start = Some(next),
                    None => return Ok(found),
                }
            }
        })
    }
}
