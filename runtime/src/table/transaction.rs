//! Several operations, all or none.

use std::sync::Arc;

use super::Operation;
use crate::call::{Call, CallError};

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
/// out. Two operations on the same item, more than 100 operations, or none, are
/// [`CallError::Invalid`] before any call.
pub async fn transact(operations: impl IntoIterator<Item = Operation>) -> Result<(), CallError> {
    let operations: Vec<Operation> = operations.into_iter().collect();
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
        if items
            .iter()
            .any(|other: &crate::call::ItemCall| other.table == item.table && other.key == item.key)
        {
            return Err(CallError::Invalid(format!(
                "two operations of a transaction are on the same item of `{}`; make them one",
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
