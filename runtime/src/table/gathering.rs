//! Transactions that count on one item, gathered into one.
//!
//! Two at once are in each other's way, so those of one function take turns: while a call is
//! under way, what comes for the same item waits, and what waits is the next call.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use futures_util::future::{FutureExt, Shared, WeakShared};

use super::{
    count::Count,
    transaction::{self, MOST_BYTES, MOST_OPERATIONS},
};
use crate::{
    call::{CallError, ItemCall},
    clock::BoxFuture,
    handle::Seat,
};

/// What became of the transactions of a group, in the order in which they joined it.
type Outcomes = Arc<[Result<(), CallError>]>;

/// A group on its way, to be waited for by each that joined it.
type OnItsWay = Shared<BoxFuture<'static, Outcomes>>;

/// Where transactions wait for others on the same item: the groups that somebody waits for.
#[derive(Clone, Default)]
pub(crate) struct Gathering(Arc<Mutex<Vec<Group>>>);

struct Group {
    count: Count,
    waiting: Arc<Mutex<Waiting>>,
    /// Whoever waits for it moves it on; gone when nobody does.
    outcomes: WeakShared<BoxFuture<'static, Outcomes>>,
}

/// The transactions of a group.
struct Waiting {
    transactions: Vec<Gathered>,
    bytes: usize,
    /// Until they are on their way.
    open: bool,
}

/// A transaction of a marker and an update that counts.
pub(super) struct Gathered {
    pub(super) marker: ItemCall,
    pub(super) update: ItemCall,
    pub(super) count: Count,
}

impl Waiting {
    fn new(first: Gathered) -> Self {
        let bytes = first.marker.size() + first.update.size();
        Self { transactions: vec![first], bytes, open: true }
    }

    /// Whether a further transaction may join: a call has each item once.
    fn takes(&self, marker: &ItemCall) -> bool {
        let mut others = self.transactions.iter().map(|other| &other.marker);
        self.open
            && self.transactions.len() + 1 < MOST_OPERATIONS
            && self.bytes + marker.size() <= MOST_BYTES
            && !others.any(|other| transaction::same_item(other, marker))
    }
}

impl Gathering {
    /// Carries out a transaction, together with those that wait at the same time if that can be,
    /// else after them.
    pub(super) async fn carry_out(
        &self,
        seat: &Seat,
        transaction: Gathered,
    ) -> Result<(), CallError> {
        let (outcomes, position) = self.join(seat, transaction);
        let_others_join().await;
        outcomes.await[position].clone()
    }

    /// Joins a group, or makes one; the group and the position in it.
    fn join(&self, seat: &Seat, transaction: Gathered) -> (OnItsWay, usize) {
        let mut groups = lock(&self.0);
        groups.retain(|group| group.outcomes.upgrade().is_some());
        let mut before = None;
        for group in groups.iter().filter(|group| group.count.is_like(&transaction.count)) {
            let Some(outcomes) = group.outcomes.upgrade() else { continue };
            let mut waiting = lock(&group.waiting);
            if waiting.takes(&transaction.marker) {
                waiting.bytes += transaction.marker.size();
                waiting.transactions.push(transaction);
                return (outcomes, waiting.transactions.len() - 1);
            }
            before = Some(outcomes);
        }
        let count = transaction.count.clone();
        let waiting = Arc::new(Mutex::new(Waiting::new(transaction)));
        let outcomes = turn(seat.clone(), waiting.clone(), before).boxed().shared();
        groups.extend(outcomes.downgrade().map(|outcomes| Group { count, waiting, outcomes }));
        (outcomes, 0)
    }
}

/// The turn of a group, when the one before it is done. Those whose marker is there already are
/// not in the way of the others; what cannot be done together is done one by one.
async fn turn(seat: Seat, waiting: Arc<Mutex<Waiting>>, before: Option<OnItsWay>) -> Outcomes {
    if let Some(before) = before {
        before.await;
    }
    let transactions = {
        let mut waiting = lock(&waiting);
        waiting.open = false;
        std::mem::take(&mut waiting.transactions)
    };
    let mut outcomes = vec![Ok(()); transactions.len()];
    let mut left: Vec<(usize, Gathered)> = transactions.into_iter().enumerate().collect();
    while let Some(items) = together(&left) {
        let error = match transaction::send(&seat, items, |error| error).await {
            Ok(()) => return outcomes.into(),
            Err(error) => error,
        };
        let count = left.len();
        let mut markers = 0..;
        left.retain(|(position, _)| {
            let Some(existing) = markers.next().and_then(|marker| error.existing_at(marker)) else {
                return true;
            };
            outcomes[*position] = Err(CallError::AlreadyDone { existing: existing.clone() });
            false
        });
        if left.len() == count {
            tracing::debug!(count, %error, "not together, so one by one");
            break;
        }
    }
    for (position, Gathered { marker, update, .. }) in left {
        let items = vec![marker, update];
        outcomes[position] = transaction::send(&seat, items, transaction::beside_marker).await;
    }
    outcomes.into()
}

/// Several transactions as the operations of one: their markers, and the sum of what they count.
fn together(transactions: &[(usize, Gathered)]) -> Option<Vec<ItemCall>> {
    let [(_, first), others @ ..] = transactions else { return None };
    if others.is_empty() {
        return None;
    }
    let sum = others.iter().try_fold(first.count.clone(), |sum, (_, other)| sum.plus(&other.count));
    let markers = transactions.iter().map(|(_, transaction)| transaction.marker.clone());
    Some(markers.chain([sum?.update()]).collect())
}

/// Comes back after whatever is ready now.
fn let_others_join() -> impl Future<Output = ()> {
    let mut gone = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut gone, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::future::join_all;

    use crate::{
        Memory, Put, Table, Update,
        call::{Call, CallError, Port, Reply},
        clock::BoxFuture,
        connect::Connector,
        handle::Seat,
        transact,
    };

    #[derive(Table, serde::Serialize, serde::Deserialize)]
    #[table(name = "Counters", partition_key = name)]
    struct Counter {
        name: String,
        count: u32,
    }

    /// Carries nothing out, and answers when it is told to.
    #[derive(Default)]
    struct Slow {
        /// The operations of each transaction.
        transactions: Mutex<Vec<usize>>,
        answers: tokio::sync::Notify,
    }

    impl Port for Slow {
        fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
            let Call::Transact { items, .. } = call else { panic!("only transactions are made") };
            self.transactions.lock().expect("no panic").push(items.len());
            Box::pin(async {
                self.answers.notified().await;
                Ok(Reply::Done)
            })
        }
    }

    #[tokio::test]
    async fn what_comes_while_a_call_is_under_way_is_the_next_call() {
        let slow = Arc::new(Slow::default());
        let Ok(seat) = Memory::new().table(Counter::ID);
        let seat = Seat { port: slow.clone(), ..seat };
        let (counters, marks) = (Update::<Counter>::new(seat.clone()), Put::new(seat));
        let add = |name: String| {
            let mark = Counter { name, count: 0 };
            transact([counters.update(Counter::key("a")).set(|item| item.count.plus(1)).into()])
                .once(marks.put(&mark))
                .gathered()
        };
        let mut running = Vec::new();
        for turn in 0..4 {
            for n in 0..5 {
                running.push(tokio::spawn(add(format!("{turn}.{n}")).into_future()));
            }
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(*slow.transactions.lock().unwrap(), [6], "the others wait for its answer");
        slow.answers.notify_one();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert_eq!(*slow.transactions.lock().unwrap(), [6, 16]);
        slow.answers.notify_one();
        for outcome in join_all(running).await {
            assert_eq!(outcome.expect("does not panic"), Ok(()));
        }
        assert_eq!(slow.transactions.lock().unwrap().len(), 2);
    }
}
