//! Several operations, all or none.

use std::{future::IntoFuture, sync::Arc};

use super::{Operation, PutItem, count::Count, gathering::Gathered};
use crate::{
    Table,
    call::{Call, CallError, Carrier, ItemCall, ItemOperation},
    clock::BoxFuture,
    handle::Seat,
};

/// The most operations a transaction may have.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
pub(super) const MOST_OPERATIONS: usize = 100;

/// The most bytes of all items of a transaction together: 4 MB.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Carries out several operations: all of them, or none.
///
/// Contention and throttling are retried with jitter for as long as the function has time. What
/// must not be repeated when its event comes again is done [`once`](Transaction::once).
///
/// # Errors
///
/// [`CallError::Cancelled`] tells for each operation, by position, why it could not be carried
/// out. Two operations on the same item, more than 100 operations, more than 4 MB of items, none,
/// or an update that assigns nothing are [`CallError::Invalid`] before any call.
pub fn transact(operations: impl IntoIterator<Item = Operation>) -> Transaction {
    Transaction { operations: operations.into_iter().collect(), marker: None, gathered: false }
}

/// Several operations that are carried out together, or not at all.
#[must_use = "a transaction does nothing until it is awaited"]
pub struct Transaction {
    operations: Vec<Operation>,
    marker: Option<Operation>,
    gathered: bool,
}

impl Transaction {
    /// Carries the transaction out once, however often its event is delivered.
    ///
    /// The marker is an item whose key names the event, or better the fact behind it, since an
    /// event that is published again has another id. It is put
    /// [`if_absent`](PutItem::if_absent) in the same transaction: where it is there already,
    /// nothing is carried out.
    ///
    /// Keep the marker for longer than the event may come again: the retention of the stream, or
    /// of the archive that may be replayed.
    ///
    /// # Errors
    ///
    /// [`CallError::AlreadyDone`] with the marker that is there, whatever else is in the way. A
    /// marker whose state cannot be told at the moment is waited for before anything is said about
    /// the other operations. Their positions in [`CallError::Cancelled`] do not count the marker;
    /// the limits of a transaction do.
    ///
    /// ```
    /// use esteira::{CallError, Memory, Put, Update, transact};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(esteira::Table, Serialize, Deserialize)]
    /// # #[table(name = "Accounts", partition_key = owner)]
    /// # struct Account { owner: String, balance: i64 }
    /// # #[derive(esteira::Table, Serialize, Deserialize)]
    /// # #[table(name = "Payments", partition_key = id)]
    /// # struct Payment { id: String, amount: i64 }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # let memory = Memory::new();
    /// # memory.insert(&Account { owner: "Ana".into(), balance: 10 }).unwrap();
    /// # let (accounts, payments) =
    /// #     (Update::<Account>::in_memory(&memory), Put::<Payment>::in_memory(&memory));
    /// let payment = Payment { id: "17".into(), amount: 4 };
    /// for _ in 0..2 {
    ///     let paid = transact([accounts
    ///         .update(Account::key("Ana"))
    ///         .when(|account| account.balance.at_least(payment.amount))
    ///         .set(|account| account.balance.minus(payment.amount))
    ///         .into()])
    ///     .once(payments.put(&payment))
    ///     .await;
    ///     match paid {
    ///         Ok(()) | Err(CallError::AlreadyDone { .. }) => {}
    ///         Err(error) if error.condition_failed_at(0) => panic!("too little money"),
    ///         Err(error) => panic!("{error}"),
    ///     }
    /// }
    /// assert_eq!(memory.items::<Account>()[0].balance, 6);
    /// # });
    /// ```
    pub fn once<T: Table>(mut self, marker: PutItem<T>) -> Self {
        let mut marker = Operation::from(marker.if_absent());
        if self.marker.is_some() {
            marker.call = Err(CallError::Invalid("a transaction has one marker".into()));
        }
        self.marker = Some(marker);
        self
    }

    /// Lets the transaction be one call with others that wait at the same time: those of a
    /// handler's records that run at once and take from, or add to, the same number of the same
    /// item. A stock that much is sold of is then written once for up to 99 orders, and they are
    /// not in each other's way.
    ///
    /// What comes of it is the same as without. Together goes what is [`once`](Self::once) and has
    /// one operation, an update that
    ///
    /// - sets one number, by [`plus`](crate::Field::plus) or [`minus`](crate::Field::minus),
    /// - under no condition, or [`if_exists`](crate::UpdateItem::if_exists), or
    ///   [`at_least`](crate::Field::at_least) the same that it takes.
    ///
    /// Anything else is carried out alone, and so is each of those that cannot be carried out
    /// together.
    pub fn gathered(mut self) -> Self {
        self.gathered = true;
        self
    }
}

impl IntoFuture for Transaction {
    type Output = Result<(), CallError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { operations, marker, gathered } = self;
            let once = marker.is_some();
            let (seat, items) = checked(marker.into_iter().chain(operations).collect())?;
            if !once {
                return send(&seat, items, |error| error).await;
            }
            if gathered
                && let [marker, update] = items.as_slice()
                && let Some(count) = Count::of(update)
            {
                let (marker, update) = (marker.clone(), update.clone());
                let transaction = Gathered { marker, update, count };
                return seat.gathering.carry_out(&seat, transaction).await;
            }
            send(&seat, items, beside_marker).await
        })
    }
}

/// What the failure of a transaction is whose first operation puts its marker.
///
/// The marker decides first. As long as somebody else is writing it, a condition of another
/// operation may have failed only because this very transaction was carried out already.
pub(super) fn beside_marker(error: CallError) -> CallError {
    let CallError::Cancelled(mut reasons) = error else { return error };
    if reasons.is_empty() {
        return CallError::Cancelled(reasons);
    }
    match reasons.remove(0) {
        Some(CallError::ConditionFailed { existing: Some(existing) }) => {
            CallError::AlreadyDone { existing }
        }
        Some(reason) => reason,
        None => CallError::Cancelled(reasons),
    }
}

/// The calls of the operations, and where they go through; or why DynamoDB would not take them.
fn checked(operations: Vec<Operation>) -> Result<(Seat, Vec<ItemCall>), CallError> {
    let Some(first) = operations.first() else {
        return Err(CallError::Invalid("a transaction needs an operation".into()));
    };
    if operations.len() > MOST_OPERATIONS {
        return Err(CallError::Invalid(format!(
            "a transaction has at most {MOST_OPERATIONS} operations, its marker among them; this one has {}",
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
        item.check()?;
        if items.iter().any(|other| same_item(other, &item)) {
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
    let size: usize = items.iter().map(ItemCall::size).sum();
    if size > MOST_BYTES {
        return Err(CallError::Invalid(format!(
            "a transaction of {size} bytes on `{}` is too large: DynamoDB takes {MOST_BYTES}, all its items together",
            seat.target.id
        )));
    }
    Ok((seat, items))
}

pub(super) fn same_item(a: &ItemCall, b: &ItemCall) -> bool {
    a.table == b.table && a.key == b.key
}

/// Sends a transaction; what `read` makes of a failure decides whether it is sent again.
pub(super) async fn send(
    seat: &Seat,
    items: Vec<ItemCall>,
    read: fn(CallError) -> CallError,
) -> Result<(), CallError> {
    // The token outlives our own repetitions only; what protects from a redelivery is a
    // condition on an item.
    let token =
        uuid::Builder::from_random_bytes(seat.clock.random().to_be_bytes()).into_uuid().to_string();
    let call = Call::Transact { items, token, carrier: Carrier::TRANSACT };
    seat.call_reading(&call, read).await.map(drop)
}
