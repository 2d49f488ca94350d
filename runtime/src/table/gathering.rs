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

/// Where transactions wait for others on the same item: the groups that somebody waits for.
#[derive(Clone, Default)]
pub(crate) struct Gathering(Arc<Mutex<Vec<Group>>>);

struct Group {
    first: Count,
    waiting: Arc<Mutex<Waiting>>,
    /// Whoever waits for it moves it on; gone when nobody does.
    outcomes: WeakShared<BoxFuture<'static, Outcomes>>,
}

/// The transactions of a group.
struct Waiting {
    /// The marker and the update of each.
    transactions: Vec<(ItemCall, ItemCall)>,
    sum: Count,
    bytes: usize,
    /// Until they are on their way.
    open: bool,
}

impl Waiting {
    fn new(marker: ItemCall, update: ItemCall, count: Count) -> Self {
        let bytes = marker.size() + update.size();
        Self { transactions: vec![(marker, update)], sum: count, bytes, open: true }
    }

    /// The sum with a further transaction, if that may join: one transaction has each item once.
    fn with(&self, marker: &ItemCall, count: &Count) -> Option<Count> {
        let fits = self.open
            && self.transactions.len() + 1 < MOST_OPERATIONS
            && self.bytes + marker.size() <= MOST_BYTES;
        let twice =
            self.transactions.iter().any(|(other, _)| transaction::same_item(other, marker));
        if fits && !twice { self.sum.plus(count) } else { None }
    }
}

impl Gathering {
    /// Carries out a transaction of a marker and an update that counts, together with those that
    /// wait at the same time if that can be, else after them.
    pub(super) async fn carry_out(
        &self,
        seat: &Seat,
        marker: ItemCall,
        update: ItemCall,
        count: Count,
    ) -> Result<(), CallError> {
        let (outcomes, position) = self.join(seat, marker, update, count);
        let_others_join().await;
        outcomes.await[position].clone()
    }

    /// Joins a group, or makes one; the group and the position in it.
    fn join(
        &self,
        seat: &Seat,
        marker: ItemCall,
        update: ItemCall,
        count: Count,
    ) -> (Shared<BoxFuture<'static, Outcomes>>, usize) {
        let mut groups = lock(&self.0);
        groups.retain(|group| group.outcomes.upgrade().is_some());
        let mut before = None;
        for group in groups.iter().filter(|group| group.first.is_like(&count)) {
            let Some(outcomes) = group.outcomes.upgrade() else { continue };
            let mut waiting = lock(&group.waiting);
            if let Some(sum) = waiting.with(&marker, &count) {
                waiting.sum = sum;
                waiting.bytes += marker.size();
                waiting.transactions.push((marker, update));
                return (outcomes, waiting.transactions.len() - 1);
            }
            before = Some(outcomes);
        }
        let first = count.clone();
        let waiting = Arc::new(Mutex::new(Waiting::new(marker, update, count)));
        let outcomes = turn(seat.clone(), waiting.clone(), before).boxed().shared();
        let group = |outcomes| Group { first, waiting, outcomes };
        groups.extend(outcomes.downgrade().map(group));
        (outcomes, 0)
    }
}

/// The turn of a group, when the one before it is done. What cannot be done together is done one
/// by one.
async fn turn(
    seat: Seat,
    waiting: Arc<Mutex<Waiting>>,
    before: Option<Shared<BoxFuture<'static, Outcomes>>>,
) -> Outcomes {
    if let Some(before) = before {
        before.await;
    }
    let (transactions, sum) = {
        let mut waiting = lock(&waiting);
        waiting.open = false;
        (std::mem::take(&mut waiting.transactions), waiting.sum.clone())
    };
    let count = transactions.len();
    if count > 1 {
        let markers = transactions.iter().map(|(marker, _)| marker.clone());
        let items = markers.chain([sum.update()]).collect();
        match transaction::send(&seat, items, |error| error).await {
            Ok(()) => return vec![Ok(()); count].into(),
            Err(error) => tracing::debug!(count, %error, "not together, so one by one"),
        }
    }
    let mut outcomes = Vec::with_capacity(count);
    for (marker, update) in transactions {
        let items = vec![marker, update];
        outcomes.push(transaction::send(&seat, items, transaction::beside_marker).await);
    }
    outcomes.into()
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
