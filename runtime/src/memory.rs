//! AWS in memory: tables, buses and topics with the semantics that handlers rely on.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::{Duration, SystemTime},
};

use serde_dynamo::Item;

use crate::{
    Event, Message, Table, Topic,
    call::{Call, CallError, Port, Reply, Target},
    clock::{BoxFuture, Clock},
    connect::Connector,
    handle::Seat,
    manifest::Grant,
    metrics::Metrics,
    publish::Outbox,
    table::{Gathering, Key},
};

mod buses;
mod evaluate;
pub(crate) mod order;
pub(crate) mod tables;
mod topics;

use buses::Buses;
use tables::Tables;
use topics::Topics;

/// The world of a test: every table, bus and topic, in memory.
///
/// ```
/// use esteira::{Memory, Put};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(esteira::Table, Serialize, Deserialize)]
/// # #[table(name = "Cities", partition_key = name)]
/// # struct City { name: String }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let memory = Memory::new();
/// let cities = Put::<City>::in_memory(&memory);
/// cities.put(&City { name: "Olinda".into() }).await.unwrap();
/// assert_eq!(memory.items::<City>()[0].name, "Olinda");
/// # });
/// ```
///
/// Cloning gives another view of the same world. Time stands still at 2026-01-01T00:00:00Z but
/// for waits, which advance it at once; ids come from a seed.
#[derive(Clone)]
pub struct Memory {
    world: Arc<World>,
    outbox: Outbox,
    gathering: Gathering,
    metrics: Metrics,
}

struct World(Mutex<State>);

/// How much of what is only looked back at is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memories {
    /// All of it: a test looks at it at its end.
    All,
    /// None of it: nobody looks, and there is no end.
    None,
}

struct State {
    now: SystemTime,
    random: fastrand::Rng,
    /// Apart from `random`: what runs beside a handler changes no id.
    turns: fastrand::Rng,
    tables: Tables,
    buses: Buses,
    topics: Topics,
    calls: Vec<Grant>,
    /// What goes wrong with the next calls, one a call.
    failures: VecDeque<Failure>,
    memories: Memories,
}

/// How a call goes wrong.
enum Failure {
    /// It is not carried out.
    Before(CallError),
    /// It is carried out, and nobody learns of it.
    After,
}

/// 2026-01-01T00:00:00Z in seconds since 1970.
const START: Duration = Duration::from_secs(1_767_225_600);

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// An empty world with the seed zero.
    pub fn new() -> Self {
        Self::seeded(0)
    }

    /// An empty world whose random ids and jitter come from `seed`, and so does the order in
    /// which handlers that run at once make their calls.
    pub fn seeded(seed: u64) -> Self {
        let state = State {
            now: SystemTime::UNIX_EPOCH + START,
            random: fastrand::Rng::with_seed(seed),
            turns: fastrand::Rng::with_seed(seed),
            tables: Tables::default(),
            buses: Buses::default(),
            topics: Topics::default(),
            calls: Vec::new(),
            failures: VecDeque::new(),
            memories: Memories::All,
        };
        Self {
            world: Arc::new(World(Mutex::new(state))),
            outbox: Outbox::default(),
            gathering: Gathering::default(),
            metrics: Metrics::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.world.state()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.world.clone()
    }

    pub(crate) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// What was [counted](crate::Context::count) under a name.
    pub fn counted(&self, name: &str) -> u64 {
        self.metrics.get(name)
    }

    /// Puts an item in its table, without any handle.
    ///
    /// # Errors
    ///
    /// If the item cannot be written as one, has no key, or is too large.
    pub fn insert<T: Table>(&self, item: &T) -> Result<(), CallError> {
        let item = serde_dynamo::to_item(item).map_err(|e| CallError::Invalid(e.to_string()))?;
        self.state().tables.insert::<T>(item)
    }

    /// Every item of a table, ordered by partition and sort key.
    ///
    /// # Panics
    ///
    /// If an item does not have the shape of `T`; in a test that is the failure to see.
    pub fn items<T: Table>(&self) -> Vec<T> {
        let items: Vec<Item> =
            self.state().tables.items(T::ID).map(|(_, item)| item.clone()).collect();
        items.into_iter().map(read).collect()
    }

    /// The item with a key.
    ///
    /// # Panics
    ///
    /// If the item does not have the shape of `T`.
    pub fn item<T: Table>(&self, key: Key<T>) -> Option<T> {
        let item = self.state().tables.get(key)?;
        Some(read(item))
    }

    /// Every event of a type that was published, in order.
    ///
    /// # Panics
    ///
    /// If an event does not have the shape of `E`, which only a serde attribute that reads
    /// otherwise than it writes can bring about.
    pub fn events<E: Event>(&self) -> Vec<E> {
        let mut entries = self.state().buses.accepted.clone();
        entries.extend(self.outbox.entries());
        entries
            .into_iter()
            .filter(|entry| entry.event == E::ID)
            .map(|entry| {
                serde_json::from_str(&entry.detail)
                    .unwrap_or_else(|error| panic!("an event `{}`: {error}", E::ID))
            })
            .collect()
    }

    /// Every message that a topic delivered, in order. Of those with one deduplication id, a FIFO
    /// topic delivers the first of every five minutes.
    pub fn messages<T: Topic>(&self) -> Vec<Message> {
        self.state().topics.delivered(T::ID).cloned().collect()
    }

    /// Every permission that was used, in order.
    pub fn calls(&self) -> Vec<Grant> {
        self.state().calls.clone()
    }

    /// Makes the next call fail with `error`. Several failures are used up in order, one a call.
    ///
    /// The call is not carried out. For a transaction with a marker, position zero of a
    /// [`CallError::Cancelled`] is the marker, as it is for DynamoDB.
    pub fn fail_next(&self, error: CallError) {
        self.state().failures.push_back(Failure::Before(error));
    }

    /// Has the next call carried out and its answer lost, in order with the failures of
    /// [`fail_next`](Self::fail_next). It is then made again, as it is on AWS: an update that adds
    /// adds twice, a transaction is recognized.
    pub fn lose_next_answer(&self) {
        self.state().failures.push_back(Failure::After);
    }

    /// Makes the bus refuse entries of the next PutEvents call: one error or none for each, in
    /// order; entries beyond are accepted. Said several times, it goes for as many calls.
    ///
    /// Entries refused with an error that [is transient](CallError::is_transient) are sent again,
    /// those alone; with any other, the record that published them is not complete.
    pub fn refuse_next_events(&self, refusals: impl IntoIterator<Item = Option<CallError>>) {
        self.state().buses.refusals.push_back(refusals.into_iter().collect());
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.state().now += time;
    }

    /// From now on an engine has it: it says what time it is, and whether anybody looks back.
    #[cfg(feature = "testing")]
    pub(crate) fn belongs_to_engine(&self, live: bool) {
        if live {
            self.state().memories = Memories::None;
        }
    }

    /// Moves its time on to a moment, if it is not past it.
    #[cfg(feature = "testing")]
    pub(crate) fn reach(&self, moment: SystemTime) {
        let mut state = self.state();
        state.now = state.now.max(moment);
    }

    /// Takes a message for a topic.
    #[cfg(feature = "testing")]
    pub(crate) fn take_message(&self, topic: &'static str, message: Message) {
        let mut state = self.state();
        let now = state.now;
        state.topics.take(topic, message, now);
        if state.memories == Memories::None {
            state.topics.forget(now);
        }
    }

    /// Works on the tables while nothing else does.
    #[cfg(feature = "testing")]
    pub(crate) fn with_tables<R>(&self, work: impl FnOnce(&mut Tables) -> R) -> R {
        work(&mut self.state().tables)
    }

    /// Carries a call out: among others, if these are looked back at and so have an order that
    /// matters.
    #[cfg(feature = "testing")]
    pub(crate) async fn carry_out(&self, call: Call) -> Result<Reply, CallError> {
        if self.state().memories == Memories::All {
            self.world.turns().await;
        }
        self.state().call(call)
    }

    fn seat(&self, id: &'static str) -> Seat {
        Seat {
            port: self.world.clone(),
            target: Target { id, name: id.into() },
            clock: self.clock(),
            deadline: None,
            outbox: self.outbox.clone(),
            gathering: self.gathering.clone(),
        }
    }
}

impl Connector for Memory {
    type Error = Infallible;

    fn table(&self, id: &'static str) -> Result<Seat, Infallible> {
        Ok(self.seat(id))
    }
    fn bus(&self, id: &'static str) -> Result<Seat, Infallible> {
        Ok(self.seat(id))
    }
    fn topic(&self, id: &'static str) -> Result<Seat, Infallible> {
        Ok(self.seat(id))
    }
}

impl World {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for World {
    fn now(&self) -> SystemTime {
        self.state().now
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.state().now += duration;
        Box::pin(std::future::ready(()))
    }
    /// Time passes by what others wait: it is looked at whenever the caller is.
    fn until(&self, moment: SystemTime) -> BoxFuture<'_, ()> {
        Box::pin(std::future::poll_fn(move |_| match self.now() >= moment {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }))
    }
    /// No time passes in a call.
    fn within<'a>(
        &'a self,
        _: SystemTime,
        call: BoxFuture<'a, Result<Reply, CallError>>,
    ) -> BoxFuture<'a, Result<Reply, CallError>> {
        call
    }
    fn random(&self) -> u128 {
        self.state().random.u128(..)
    }
}

impl Port for World {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            self.turns().await;
            self.state().call(call)
        })
    }
}

impl World {
    /// Lets others go first, from none to three times by the seed: handlers that run at once
    /// take turns between their calls, as they do against AWS.
    fn turns(&self) -> impl Future<Output = ()> + use<> {
        let mut left = self.state().turns.u8(0..=3);
        std::future::poll_fn(move |context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
    }
}

/// An item as the type of its table.
fn read<T: Table>(item: Item) -> T {
    serde_dynamo::from_item(item).unwrap_or_else(|error| panic!("an item of `{}`: {error}", T::ID))
}

impl State {
    fn call(&mut self, call: Call) -> Result<Reply, CallError> {
        if self.memories == Memories::All {
            self.calls.extend(call.grants());
        }
        match self.failures.pop_front() {
            Some(Failure::Before(error)) => Err(error),
            Some(Failure::After) => {
                self.carry_out(call)?;
                Err(CallError::Unavailable("the answer was lost".into()))
            }
            None => self.carry_out(call),
        }
    }

    fn carry_out(&mut self, call: Call) -> Result<Reply, CallError> {
        match call {
            Call::Item(item, _) => self.tables.item(item),
            Call::Query(query, _) => self.tables.query(query),
            Call::Transact { items, token, .. } => self.tables.transact(items, token),
            Call::PutEvents(entries) => {
                let kept = self.memories == Memories::All;
                self.buses.put(Arc::unwrap_or_clone(entries), kept)
            }
            Call::Notify { topic, message } => {
                self.topics.take(topic.id, message, self.now);
                if self.memories == Memories::None {
                    self.topics.forget(self.now);
                }
                Ok(Reply::Done)
            }
        }
    }
}
