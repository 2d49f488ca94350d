//! Tests of a whole application, in milliseconds.
//!
//! A [`Pipeline`] is every handler and resource of the application, in memory, with what decides on
//! AWS whether something is lost: batches and retries of a stream's mapping, rules, retries and
//! failure destinations; and each function may do only what its handles allow. Time is virtual: it
//! passes when the test says so, or when a function waits.
//!
//! It is behind the feature `testing`, for the tests alone:
//!
//! ```toml
//! [dev-dependencies]
//! esteira = { version = "0.1", features = ["testing"] }
//! ```
//!
//! A row goes in, and a table, a topic or a queue shows what came of it:
//!
//! ```
//! use esteira::{Aurora, Bus, Capture, Change, Event, Publish, Put, Result, Row, Stream, Table, Vpc};
//! use esteira::{on_event, on_kinesis, testing::Pipeline};
//! use serde::{Deserialize, Serialize};
//!
//! # #[derive(Vpc)]
//! # #[vpc(cidr = "10.0.0.0/16", azs = 2)]
//! # struct Network;
//! # #[derive(Aurora)]
//! # #[aurora(vpc = Network, database = "shop", instances = 1)]
//! # struct Database;
//! # #[derive(Stream)]
//! # #[stream(name = "Changes", shards = 1)]
//! # struct Changes;
//! # #[derive(Capture)]
//! # #[capture(from = Database, tables(Order), into = Changes)]
//! # struct Captured;
//! # #[derive(Bus)]
//! # #[bus(name = "Shop")]
//! # struct Shop;
//! #[derive(Row, Serialize, Deserialize)]
//! #[row(table = "orders", key = id)]
//! struct Order { id: i64, product: String }
//!
//! #[derive(Event, Serialize, Deserialize)]
//! #[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed")]
//! struct OrderPlaced { id: i64, product: String }
//!
//! #[derive(Table, Serialize, Deserialize, PartialEq, Debug)]
//! #[table(name = "Sales", partition_key = id)]
//! struct Sale { id: i64, product: String }
//!
//! #[on_kinesis(stream = Changes, batch_size = 100)]
//! async fn announce(change: Change<Order>, placed: Publish<OrderPlaced>) -> Result<()> {
//!     if let Change::Insert(order) = change {
//!         placed.publish(&OrderPlaced { id: order.id, product: order.product })?;
//!     }
//!     Ok(())
//! }
//!
//! #[on_event(rule = OrderPlaced)]
//! async fn note(placed: OrderPlaced, sales: Put<Sale>) -> Result<()> {
//!     sales.put(&Sale { id: placed.id, product: placed.product }).await?;
//!     Ok(())
//! }
//!
//! # fn main() -> Result<()> { tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let mut pipeline = Pipeline::new()?;
//! pipeline.insert::<Order>(&Order { id: 7, product: "TV".into() })?;
//! pipeline.settle().await;
//! assert_eq!(pipeline.memory().items::<Sale>(), [Sale { id: 7, product: "TV".into() }]);
//! # Ok(()) }) }
//! ```

use std::{
    future::poll_fn,
    task::Poll,
    time::{Duration, SystemTime},
};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    Event, Memory, Result, Row, Stream,
    engine::{Change, Engine, Entry, Failure, Input, Options, What},
};

/// The whole application, in memory.
pub struct Pipeline {
    engine: Engine,
    refusals: Vec<String>,
    invocations: Vec<Invocation>,
}

/// An invocation of a function that has come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The handler, by the name of its Rust function.
    pub handler: &'static str,
    /// How many records it was given; of an event, one.
    pub given: usize,
    /// How many of these come again, or are given up.
    pub failed: usize,
    /// Why it failed as a whole, if it did.
    pub error: Option<String>,
}

impl Pipeline {
    /// The application whose handlers are linked into the test. A test outside of the library that
    /// has them must refer to it: `use my_application as _;`.
    ///
    /// # Errors
    ///
    /// There is no handler, or the declarations do not fit together, as `cargo xtask check` would
    /// say with their places.
    pub fn new() -> Result<Self> {
        let engine = Engine::new(Options { watched: true, ..Options::default() })?;
        Ok(Self { engine, refusals: Vec::new(), invocations: Vec::new() })
    }

    /// Tables, topics and what functions have published: to look at, to fill before the test, and to
    /// make calls fail. Its time is the pipeline's: [`advance`](Self::advance) moves both.
    pub fn memory(&self) -> &Memory {
        self.engine.memory()
    }

    /// The virtual time.
    pub fn now(&self) -> SystemTime {
        self.engine.now()
    }

    /// Inserts a row into the captured database: anything that has its columns, such as the row
    /// type itself or a `serde_json::json!`.
    ///
    /// # Errors
    ///
    /// It is no object, lacks a column of the key, or no capture takes the row.
    pub fn insert<R: Row>(&mut self, row: &impl Serialize) -> Result<()> {
        self.engine.capture(R::ID, &Change::Insert(columns(row)?))
    }

    /// Changes a row of the captured database.
    ///
    /// # Errors
    ///
    /// Those of [`insert`](Self::insert).
    pub fn update<R: Row>(
        &mut self,
        before: &impl Serialize,
        after: &impl Serialize,
    ) -> Result<()> {
        self.engine.capture(R::ID, &Change::Update(columns(before)?, columns(after)?))
    }

    /// Deletes a row of the captured database.
    ///
    /// # Errors
    ///
    /// Those of [`insert`](Self::insert).
    pub fn delete<R: Row>(&mut self, row: &impl Serialize) -> Result<()> {
        self.engine.capture(R::ID, &Change::Delete(columns(row)?))
    }

    /// Captures a row that was in the database before the capture began.
    ///
    /// # Errors
    ///
    /// Those of [`insert`](Self::insert).
    pub fn load<R: Row>(&mut self, row: &impl Serialize) -> Result<()> {
        self.engine.capture(R::ID, &Change::Load(columns(row)?))
    }

    /// Puts a record on a stream, whatever it holds.
    ///
    /// # Errors
    ///
    /// The stream is not one of the application.
    pub fn put<S: Stream>(&mut self, partition_key: &str, data: impl Into<Vec<u8>>) -> Result<()> {
        let stream = self.engine.streams().position(|stream| stream.id == S::ID);
        let stream = stream.ok_or_else(|| format!("there is no stream `{}`", S::ID))?;
        self.engine.put_record(stream, partition_key, None, data.into());
        Ok(())
    }

    /// Publishes an event from outside of the application.
    ///
    /// # Errors
    ///
    /// The bus is not one of the application, or does not take the event.
    pub fn publish<E: Event>(&mut self, event: &E) -> Result<()> {
        let bus = self.engine.buses().position(|bus| bus.id == E::BUS);
        let bus = bus.ok_or_else(|| format!("there is no bus `{}`", E::BUS))?;
        let entry = Entry {
            source: E::SOURCE.into(),
            detail_type: E::DETAIL_TYPE.into(),
            detail: serde_json::to_string(event)?,
            ..Entry::default()
        };
        let answers = self.engine.put_events(bus, vec![entry]);
        let rejected = match answers {
            Ok(answers) => answers.into_iter().find_map(std::result::Result::err),
            Err(rejected) => Some(rejected),
        };
        match rejected {
            None => Ok(()),
            Some(rejected) => Err(format!("{}: {}", rejected.0, rejected.1).into()),
        }
    }

    /// Lets everything happen that happens now: records and events are handled, and so is what
    /// comes of them. What waits for a later time, as a retry does, waits on: see
    /// [`advance`](Self::advance). Time passes only as far as functions wait for it.
    ///
    /// A function that waits for something else than its handles or a task that it has spawned, such
    /// as a socket, finds that its time is over.
    pub async fn settle(&mut self) {
        loop {
            self.turn().await;
            let moment = self.engine.next().filter(|_| self.engine.is_running());
            match moment {
                Some(moment) => self.engine.reach(moment),
                None => return,
            }
        }
    }

    /// Lets everything happen that needs no time: also what runs beside the functions, such as a
    /// task that one of them has spawned and waits for.
    async fn turn(&mut self) {
        let mut idle = 0;
        while idle < BREATHS {
            let engine = &mut self.engine;
            poll_fn(|context| Poll::Ready(engine.turn(context))).await;
            self.look();
            if !self.engine.is_settled() {
                idle = 0;
                continue;
            }
            if !self.engine.is_running() {
                return;
            }
            idle += 1;
            breath().await;
        }
    }

    /// Lets time pass, with all that happens in it.
    pub async fn advance(&mut self, time: Duration) {
        self.settle().await;
        let end = self.now() + time;
        while let Some(moment) = self.engine.next().filter(|moment| *moment <= end) {
            self.engine.reach(moment);
            self.settle().await;
        }
        self.engine.reach(end);
        self.settle().await;
    }

    /// Lets time pass in which nothing happens, as when the machine sleeps; what is due by then
    /// happens at its end.
    pub async fn skip(&mut self, time: Duration) {
        self.engine.skip(time);
        self.settle().await;
    }

    /// How many records or events wait for a handler, be it for a later time.
    ///
    /// # Errors
    ///
    /// There is no such handler.
    pub fn waiting(&self, handler: &str) -> Result<usize> {
        Ok(self.engine.lag(self.function(handler)?))
    }

    /// Every invocation that has come to its end, in order.
    pub fn invocations(&self) -> &[Invocation] {
        &self.invocations
    }

    /// Every call that was refused because the function's role would not allow it. A test that
    /// asserts that there is none asserts that the handles are enough.
    pub fn refusals(&self) -> &[String] {
        &self.refusals
    }

    /// What was given up: the events in the queue of a handler of events, as they were published,
    /// or the records that its mapping wrote to the bucket for failures. The handler goes by the
    /// name of its Rust function.
    ///
    /// # Errors
    ///
    /// There is no such handler.
    pub fn given_up(&self, handler: &str) -> Result<Vec<Value>> {
        Ok(self.engine.given_up(self.function(handler)?))
    }

    /// Hands what was given up by a handler to it once more, as `cargo xtask redrive` does after
    /// the cause is mended. Returns how many records or events these are.
    ///
    /// # Errors
    ///
    /// There is no such handler.
    pub fn redrive(&mut self, handler: &str) -> Result<usize> {
        let function = self.function(handler)?;
        Ok(self.engine.redrive(function))
    }

    /// From now on the bus cannot hand events to a handler, as if its function were gone: those
    /// that may be handed over later are tried again, by the rule's retries, if `passing`; the
    /// others go to the queue at once.
    ///
    /// # Errors
    ///
    /// There is no such handler.
    pub fn break_delivery(&mut self, handler: &str, passing: bool) -> Result<()> {
        let function = self.function(handler)?;
        let (kind, message) = match passing {
            true => ("THROTTLING", "Rate exceeded"),
            false => ("NO_PERMISSIONS", "The bus may not invoke the function"),
        };
        let failure = Failure { kind: kind.into(), message: message.into() };
        self.engine.break_delivery(function, Some((failure, passing)));
        Ok(())
    }

    /// From now on the bus can hand events to a handler again.
    ///
    /// # Errors
    ///
    /// There is no such handler.
    pub fn mend_delivery(&mut self, handler: &str) -> Result<()> {
        let function = self.function(handler)?;
        self.engine.break_delivery(function, None);
        Ok(())
    }

    fn function(&self, handler: &str) -> Result<usize> {
        let found = self.engine.handlers().position(|name| name == handler);
        found.ok_or_else(|| {
            let all: Vec<&str> = self.engine.handlers().collect();
            format!("there is no handler `{handler}`; there is: {}", all.join(", ")).into()
        })
    }

    fn look(&mut self) {
        for seen in self.engine.take_seen() {
            match seen.what {
                What::Refused(refusal) => self.refusals.push(refusal.reason),
                What::Invoked { function, input, outcome, .. } => {
                    let handler = self.engine.handlers().nth(function).unwrap_or_default();
                    let given = match input {
                        Input::Records(number) => number,
                        Input::Event(_) => 1,
                    };
                    let failed = *outcome.as_ref().unwrap_or(&given);
                    let error = outcome.err().map(|failure| failure.message);
                    self.invocations.push(Invocation { handler, given, failed, error });
                }
                _ => {}
            }
        }
    }
}

/// How often whatever runs beside the engine has its turn before time is moved on.
const BREATHS: u32 = 16;

/// Lets whatever runs beside the engine have its turn.
async fn breath() {
    let mut taken = false;
    poll_fn(|context| {
        if std::mem::replace(&mut taken, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn columns(row: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(row)? {
        Value::Object(columns) => Ok(columns),
        other => Err(format!("a row is an object with its columns, not {other}").into()),
    }
}
