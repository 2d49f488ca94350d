//! The one port that every handle calls AWS through.
//!
//! A call says what it does and to which resource, so that the implementations (in memory, AWS,
//! later recording and enforcing ones) need nothing else to carry it out or to refuse it.

mod carrier;
mod codes;

pub(crate) use carrier::Carrier;

use std::{fmt, sync::Arc};

use serde_dynamo::Item;

use crate::{
    clock::BoxFuture,
    manifest::{Action, Grant},
    notify::Message,
    table::expression::{Assignment, Condition},
};

/// Carries calls out.
pub(crate) trait Port: Send + Sync + 'static {
    /// Carries one call out.
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>>;
}

/// A resource, by its id in the manifest and its physical name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Target {
    pub(crate) id: &'static str,
    /// The name of a table or bus, the ARN of a topic.
    pub(crate) name: Arc<str>,
}

/// A call to AWS.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    /// One operation on one item.
    Item(ItemCall, Carrier),
    /// The items of one partition.
    Query(QueryCall, Carrier),
    /// Several operations, all or none. The token makes a resend of the same call harmless.
    Transact { items: Vec<ItemCall>, token: String, carrier: Carrier },
    /// Up to ten entries, shared: a call may be made several times.
    PutEvents(Arc<Vec<EventEntry>>),
    /// A message to a topic.
    Notify { topic: Target, message: Message },
}

impl Call {
    /// The permissions the call needs.
    pub(crate) fn grants(&self) -> Vec<Grant> {
        let grant = |action, id: &'static str| Grant { action, resource: id.into() };
        match self {
            Call::Item(item, _) => vec![grant(item.action(), item.table.id)],
            Call::Query(query, _) => vec![grant(Action::Query, query.table.id)],
            Call::Transact { items, .. } => {
                items.iter().map(|item| grant(item.action(), item.table.id)).collect()
            }
            Call::PutEvents(entries) => {
                entries.iter().map(|entry| grant(Action::PutEvents, entry.event)).collect()
            }
            Call::Notify { topic, .. } => vec![grant(Action::Publish, topic.id)],
        }
    }
}

/// One operation on one item of a table.
#[derive(Debug, Clone)]
pub(crate) struct ItemCall {
    pub(crate) table: Target,
    /// The key attributes with their values.
    pub(crate) key: Item,
    /// The name of the partition key: an item exists if it has this attribute.
    pub(crate) partition_key: &'static str,
    pub(crate) operation: ItemOperation,
    pub(crate) condition: Option<Condition>,
}

/// What is done to the item.
#[derive(Debug, Clone)]
pub(crate) enum ItemOperation {
    Get { consistent: bool },
    Put { item: Item },
    Update { assignments: Vec<Assignment> },
    Delete,
}

impl ItemCall {
    pub(crate) fn action(&self) -> Action {
        match self.operation {
            ItemOperation::Get { .. } => Action::GetItem,
            ItemOperation::Put { .. } => Action::PutItem,
            ItemOperation::Update { .. } => Action::UpdateItem,
            ItemOperation::Delete => Action::DeleteItem,
        }
    }
}

/// A query for the items of one partition, in the order of their sort keys.
#[derive(Debug, Clone)]
pub(crate) struct QueryCall {
    pub(crate) table: Target,
    pub(crate) partition: (&'static str, serde_dynamo::AttributeValue),
    pub(crate) sort_key: Option<&'static str>,
    /// What the sort key, a text, must begin with.
    pub(crate) prefix: Option<String>,
    pub(crate) consistent: bool,
    pub(crate) descending: bool,
    /// At most so many items; a page may hold fewer.
    pub(crate) limit: Option<usize>,
    /// Where the last page ended.
    pub(crate) start: Option<Item>,
}

/// An event to be put on a bus.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventEntry {
    /// The id of the event type.
    pub(crate) event: &'static str,
    pub(crate) bus: Target,
    pub(crate) source: &'static str,
    pub(crate) detail_type: &'static str,
    pub(crate) detail: String,
    /// The X-Ray trace header of the invocation that sends it.
    pub(crate) trace: Option<Arc<str>>,
}

impl EventEntry {
    /// Its size as EventBridge counts it, in bytes. (No `Time` is sent, which would add 14.)
    pub(crate) fn size(&self) -> usize {
        self.source.len() + self.detail_type.len() + self.detail.len()
    }
}

/// What a call brings back.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Done,
    Item(Option<Item>),
    /// A page, and where the next one starts.
    Items(Vec<Item>, Option<Item>),
    /// One result for each entry, in the same order.
    Events(Vec<Result<(), CallError>>),
}

/// Why a call to AWS did not succeed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallError {
    /// The condition of the operation does not hold for the item that is there.
    ConditionFailed {
        /// The item that is there, if there is one.
        existing: Option<Existing>,
    },
    /// The marker of a transaction is there: its effect was carried out before, by this delivery
    /// or by another one.
    AlreadyDone {
        /// The marker as it was put then.
        existing: Existing,
    },
    /// A transaction was cancelled: for each of its operations, in order, the reason if it has
    /// one.
    Cancelled(Vec<Option<CallError>>),
    /// Another transaction was writing the same item.
    Contention,
    /// AWS is asked too much at the moment.
    Throttled,
    /// The function's role does not allow it.
    Refused(String),
    /// The call can never succeed as it is.
    Invalid(String),
    /// AWS did not answer, or answered with a fault of its own.
    Unavailable(String),
}

/// An item that was found in the way of a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Existing(pub(crate) Item);

impl Existing {
    /// The item as the type of its table.
    ///
    /// # Errors
    ///
    /// If the item does not have the shape of `T`.
    pub fn read<T: crate::Table>(&self) -> Result<T, CallError> {
        serde_dynamo::from_item(self.0.clone()).map_err(|e| CallError::Invalid(e.to_string()))
    }
}

impl CallError {
    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        match self {
            CallError::Contention | CallError::Throttled | CallError::Unavailable(_) => true,
            // A failed condition is an answer, whatever else got in the way of the others.
            CallError::Cancelled(reasons) => {
                let mut reasons = reasons.iter().flatten().peekable();
                reasons.peek().is_some() && reasons.all(CallError::is_transient)
            }
            _ => false,
        }
    }

    /// Whether the condition of the operation at `position` of a transaction failed. The marker of
    /// [`once`](crate::Transaction::once) has no position.
    pub fn condition_failed_at(&self, position: usize) -> bool {
        let CallError::Cancelled(reasons) = self else { return false };
        matches!(reasons.get(position), Some(Some(CallError::ConditionFailed { .. })))
    }

    /// The item that was in the way of the operation at `position` of a transaction.
    pub fn existing_at(&self, position: usize) -> Option<&Existing> {
        let CallError::Cancelled(reasons) = self else { return None };
        match reasons.get(position)?.as_ref()? {
            CallError::ConditionFailed { existing } => existing.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::ConditionFailed { existing: Some(_) } => {
                f.write_str("the condition does not hold for the item that is there")
            }
            CallError::ConditionFailed { existing: None } => {
                f.write_str("the condition does not hold: there is no such item")
            }
            CallError::AlreadyDone { .. } => f.write_str("it was done before: its marker is there"),
            CallError::Cancelled(reasons) => {
                f.write_str("the transaction was cancelled")?;
                for (position, reason) in reasons.iter().enumerate() {
                    if let Some(reason) = reason {
                        write!(f, "; operation {position}: {reason}")?;
                    }
                }
                Ok(())
            }
            CallError::Contention => f.write_str("another transaction was writing the same item"),
            CallError::Throttled => f.write_str("throttled"),
            CallError::Refused(why) => write!(f, "not allowed: {why}"),
            CallError::Invalid(why) => f.write_str(why),
            CallError::Unavailable(why) => write!(f, "AWS is not available: {why}"),
        }
    }
}

impl std::error::Error for CallError {}
