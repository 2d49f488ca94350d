//! AWS in memory: tables, buses and topics with the semantics that handlers rely on.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::{Duration, SystemTime},
};

use serde_dynamo::Item;

use crate::{
    Event, Message, Table, Topic,
    call::{Call, CallError, EventEntry, ItemCall, ItemOperation, Port, QueryCall, Reply, Target},
    clock::{BoxFuture, Clock},
    connect::Connector,
    handle::Seat,
    manifest::Grant,
    publish::Outbox,
    table::Key,
};

mod evaluate;
mod number;
mod order;
mod topics;

use order::ItemKey;
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
}

struct World(Mutex<State>);

struct State {
    now: SystemTime,
    random: fastrand::Rng,
    /// Apart from `random`: what runs beside a handler changes no id.
    turns: fastrand::Rng,
    tables: BTreeMap<&'static str, BTreeMap<ItemKey, Item>>,
    events: Vec<EventEntry>,
    topics: Topics,
    calls: Vec<Grant>,
    failures: VecDeque<CallError>,
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
            tables: BTreeMap::new(),
            events: Vec::new(),
            topics: Topics::default(),
            calls: Vec::new(),
            failures: VecDeque::new(),
        };
        Self { world: Arc::new(World(Mutex::new(state))), outbox: Outbox::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.world.state()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.world.clone()
    }

    /// Puts an item in its table, without any handle.
    ///
    /// # Errors
    ///
    /// If the item cannot be written as one, or has no key.
    pub fn insert<T: Table>(&self, item: &T) -> Result<(), CallError> {
        let item: Item =
            serde_dynamo::to_item(item).map_err(|e| CallError::Invalid(e.to_string()))?;
        let key = ItemKey::new(&Key::<T>::of(&item)?, T::PARTITION_KEY)?;
        self.state().tables.entry(T::ID).or_default().insert(key, item);
        Ok(())
    }

    /// Every item of a table, ordered by partition and sort key.
    ///
    /// # Panics
    ///
    /// If an item does not have the shape of `T`; in a test that is the failure to see.
    pub fn items<T: Table>(&self) -> Vec<T> {
        let items: Vec<Item> = self
            .state()
            .tables
            .get(T::ID)
            .into_iter()
            .flat_map(BTreeMap::values)
            .cloned()
            .collect();
        items
            .into_iter()
            .map(|item| {
                serde_dynamo::from_item(item)
                    .unwrap_or_else(|error| panic!("an item of `{}`: {error}", T::ID))
            })
            .collect()
    }

    /// The item with a key.
    ///
    /// # Panics
    ///
    /// If the item does not have the shape of `T`.
    pub fn item<T: Table>(&self, key: Key<T>) -> Option<T> {
        let key = ItemKey::new(&key.into_attributes().ok()?, T::PARTITION_KEY).ok()?;
        let item = self.state().tables.get(T::ID)?.get(&key)?.clone();
        Some(
            serde_dynamo::from_item(item)
                .unwrap_or_else(|error| panic!("an item of `{}`: {error}", T::ID)),
        )
    }

    /// Every event of a type that was published, in order.
    ///
    /// # Panics
    ///
    /// If an event does not have the shape of `E`, which only a serde attribute that reads
    /// otherwise than it writes can bring about.
    pub fn events<E: Event>(&self) -> Vec<E> {
        let mut entries = self.state().events.clone();
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
    pub fn fail_next(&self, error: CallError) {
        self.state().failures.push_back(error);
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.state().now += time;
    }

    fn seat(&self, id: &'static str) -> Seat {
        Seat {
            port: self.world.clone(),
            target: Target { id, name: id.into() },
            clock: self.clock(),
            deadline: None,
            outbox: self.outbox.clone(),
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

impl State {
    fn call(&mut self, call: Call) -> Result<Reply, CallError> {
        self.calls.extend(call.grants());
        if let Some(failure) = self.failures.pop_front() {
            return Err(failure);
        }
        match call {
            Call::Item(item) => self.item(item),
            Call::Query(query) => self.query(query),
            Call::Transact { items, .. } => self.transact(items),
            Call::PutEvents(entries) => {
                let results = entries.iter().map(|_| Ok(())).collect();
                self.events.extend(entries);
                Ok(Reply::Events(results))
            }
            Call::Notify { topic, message } => {
                self.topics.take(topic.id, message, self.now);
                Ok(Reply::Done)
            }
        }
    }

    /// The item that a call is about, if it is there and the call's condition holds for it.
    fn current(&self, call: &ItemCall) -> Result<(ItemKey, Option<Item>), CallError> {
        let key = ItemKey::new(&call.key, call.partition_key)?;
        let current = self.tables.get(call.table.id).and_then(|table| table.get(&key)).cloned();
        if let Some(condition) = &call.condition
            && !evaluate::holds(condition, current.as_ref())?
        {
            return Err(CallError::ConditionFailed {
                existing: current.map(crate::call::Existing),
            });
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
                evaluate::assign(base, assignments).map(Some)
            }
        }
    }

    fn store(&mut self, table: &'static str, key: ItemKey, item: Option<Item>) {
        let table = self.tables.entry(table).or_default();
        match item {
            Some(item) => table.insert(key, item),
            None => table.remove(&key),
        };
    }

    fn item(&mut self, call: ItemCall) -> Result<Reply, CallError> {
        let (key, current) = self.current(&call)?;
        if let ItemOperation::Get { .. } = call.operation {
            return Ok(Reply::Item(current));
        }
        let item = Self::outcome(&call, current)?;
        self.store(call.table.id, key, item);
        Ok(Reply::Done)
    }

    fn transact(&mut self, calls: Vec<ItemCall>) -> Result<Reply, CallError> {
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
        Ok(Reply::Done)
    }

    fn query(&self, call: QueryCall) -> Result<Reply, CallError> {
        let (name, partition) = &call.partition;
        let mut found: Vec<Item> = Vec::new();
        let items = self.tables.get(call.table.id).into_iter().flat_map(BTreeMap::values);
        for item in items.filter(|item| item.get(*name) == Some(partition)) {
            let in_prefix = match &call.prefix {
                Some((sort, prefix)) => {
                    matches!(item.get(*sort), Some(serde_dynamo::AttributeValue::S(s)) if s.starts_with(prefix))
                }
                None => true,
            };
            if in_prefix {
                found.push(item.clone());
            }
        }
        if call.descending {
            found.reverse();
        }
        found.truncate(call.limit.unwrap_or(usize::MAX));
        Ok(Reply::Items(found, None))
    }
}
