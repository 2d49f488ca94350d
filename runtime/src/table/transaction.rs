//! Several operations, all or none.

use std::{future::IntoFuture, sync::Arc};

use super::Operation;
use crate::{
    call::{Call, CallError, ItemCall, ItemOperation},
    clock::BoxFuture,
};

/// The most operations a transaction may have.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
const MOST_OPERATIONS: usize = 100;

/// Carries out several operations: all of them, or none.
///
/// Contention and throttling are retried with jitter for as long as the function has time.
///
/// # Errors
///
/// [`CallError::Cancelled`] tells for each operation, by position, why it could not be carried
/// out. Two operations on the same item, more than 100 operations, none, or an update that
/// assigns nothing are [`CallError::Invalid`] before any call.
pub fn transact(operations: impl IntoIterator<Item = Operation>) -> Transaction {
    Transaction { operations: operations.into_iter().collect() }
}

/// Several operations that are carried out together, or not at all.
#[must_use = "a transaction does nothing until it is awaited"]
pub struct Transaction {
    operations: Vec<Operation>,
}

impl IntoFuture for Transaction {
    type Output = Result<(), CallError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run(self.operations))
    }
}

async fn run(operations: Vec<Operation>) -> Result<(), CallError> {
    let Some(first) = operations.first() else {
        return Err(CallError::Invalid("a transaction needs an operation".into()));
    };
    if operations.len() > MOST_OPERATIONS {
        return Err(CallError::Invalid(format!(
            "a transaction has at most {MOST_OPERATIONS} operations; this one has {}",
            operations.len()
        )));
    }
    let seat = first.seat.clone();
    if operations.iter().any(|operation| !Arc::ptr_eq(&operation.seat.port, &seat.port)) {
        return Err(CallError::Invalid(
            "the operations of a transaction must come from handles of one memory".into(),
        ));
    }
    let mut items = Vec::with_capacity(operations.len());
    for operation in operations {
        let item = operation.call?;
        if items.iter().any(|other: &ItemCall| other.table == item.table && other.key == item.key) {
            return Err(CallError::Invalid(format!(
                "two operations of a transaction are on the same item of `{}`; make them one",
                item.table.id
            )));
        }
        if let ItemOperation::Update { assignments } = &item.operation
            && assignments.is_empty()
        {
            return Err(CallError::Invalid(format!(
                "an update of `{}` in a transaction assigns nothing; give it a `set`",
                item.table.id
            )));
        }
        items.push(item);
    }
    // The token outlives our own repetitions only; what protects from a redelivery is a
    // condition on an item.
    let token =
        uuid::Builder::from_random_bytes(seat.clock.random().to_be_bytes()).into_uuid().to_string();
    seat.call(&Call::Transact { items, token }).await.map(drop)
}
