//! The local engine: an application's streams, mappings, buses, functions, tables, topics and
//! queues in one process, with what decides on AWS whether something is lost.
//!
//! It does what AWS does by the settings of the application: batches, windows and parallelization
//! of an event source mapping, its partial failures, bisecting, retries and failure destination;
//! the rules of a bus, the retries of its targets and their dead-letter queue; the asynchronous
//! retries of a function. What AWS is not said to do in figures, such as the waits between
//! retries, is said where it is chosen.
//!
//! It has no thread and no timer of its own. Whoever has it calls [`turn`](Engine::turn) when its
//! waker is woken, and when the moment comes that the last turn named. Its time is virtual, or the
//! system's.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::SystemTime,
};

use futures_util::stream::FuturesUnordered;

mod build;
mod capture;
mod event;
mod external;
mod failure;
mod flag;
mod function;
mod gate;
mod give_up;
mod journal;
mod mapping;
mod node;
mod place;
mod publish;
mod queue;
mod seen;
mod stream;
mod tables;
mod time;
mod tries;
mod turn;

pub use capture::Change;
pub use event::Event;
pub use external::{BoxedAnswer, Invocation, Runner};
pub use function::{Failure, Local, Start, StartOfEvent, StartOfNothing, StartOfStream};
pub use journal::{Kept, NotRestored, Restored};
pub use node::Named;
pub use place::Place;
pub use publish::{Entry, Rejected};
pub use queue::{Message, Queue};
pub use seen::{Input, Refusal, Seen, What};
pub use stream::{Record, shard_id};
pub use tables::{Items, Table};

use crate::{Memory, clock::BoxFuture};
use capture::Captured;
use flag::Flag;
use gate::Left;
use journal::Journal;
use node::{Bus, Function, Stream, Trigger};
use time::Time;
use turn::Finished;

/// The first number of bytes that the entries of a PutEvents call may not have together.
pub const CALL_BYTES: usize = crate::publish::MOST_BYTES;

/// An application at work.
pub struct Engine {
    place: Arc<Place>,
    time: Arc<Time>,
    memory: Memory,
    left: Arc<Left>,
    streams: Vec<Stream>,
    buses: Vec<Bus>,
    /// By the id of the bus.
    bus_by_id: HashMap<&'static str, usize>,
    /// By the id of the row type.
    captured: HashMap<&'static str, Vec<Captured>>,
    functions: Vec<Function>,
    tables: Vec<Table>,
    topics: Vec<Named>,
    /// Those that may have something to do.
    ready: Vec<usize>,
    running: FuturesUnordered<BoxFuture<'static, Finished>>,
    flag: Arc<Flag>,
    /// What the mappings gave up, by the name of the object.
    objects: BTreeMap<String, Object>,
    seen: Option<Vec<Seen>>,
    journal: Journal,
}

/// An object of the bucket for failures.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// JSON.
    pub body: String,
    /// When it was written.
    pub written: SystemTime,
}

/// How an engine is to be.
#[derive(Default)]
pub struct Options {
    /// What resources are called.
    pub place: Place,
    /// The shards of streams, by id, where they are not as declared.
    pub shards: BTreeMap<String, u32>,
    /// The executions that functions have for themselves, by id, where they are not as declared.
    pub reserved_concurrency: BTreeMap<String, u32>,
    /// By the system's time, with what is only looked back at not kept.
    pub live: bool,
    /// Runs the functions; by default they run in this process.
    pub runner: Option<Arc<dyn Runner>>,
    /// Keeps what can be seen until it is [taken](Engine::take_seen).
    pub watched: bool,
}

impl Engine {
    /// The time of whatever runs in it.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        use crate::clock::Clock;
        self.time.now()
    }

    /// The store behind it.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Names, account and region.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What happened since the last time this was asked.
    pub fn take_seen(&mut self) -> Vec<Seen> {
        self.seen.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// What the mappings gave up, by the names of the objects.
    #[must_use]
    pub fn objects(&self) -> &BTreeMap<String, Object> {
        &self.objects
    }

    /// Writes an object to the bucket for what mappings give up.
    pub fn put_object(&mut self, key: String, object: Object) {
        self.journal.set(|| (journal::of_object(&key), Kept::Object(object.clone())));
        self.objects.insert(key, object);
        self.flag.wake();
    }

    /// Removes an object from it.
    pub fn remove_object(&mut self, key: &str) -> Option<Object> {
        let object = self.objects.remove(key)?;
        self.journal.remove(|| journal::of_object(key));
        self.flag.wake();
        Some(object)
    }

    /// The queue for the events that a function was not given, or gave up on; a function of a
    /// stream has none.
    pub fn failures_mut(&mut self, function: usize) -> Option<&mut Queue> {
        match &mut self.functions[function].trigger {
            Trigger::Rule { failures, .. } => Some(failures),
            Trigger::Stream { .. } => None,
        }
    }

    /// Sends a message to that queue.
    pub fn send_message(&mut self, function: usize, message: Message) {
        let node = &mut self.functions[function];
        if let Trigger::Rule { failures, .. } = &mut node.trigger {
            self.journal.add(|| {
                let key = journal::of_message(node.named.id, &message.id);
                (key, Kept::Message(message.clone()))
            });
            failures.send(message);
            self.flag.wake();
        }
    }

    /// Deletes a message of that queue, by the receipt of any of its receptions.
    pub fn delete_message(&mut self, function: usize, receipt: &str) -> Option<Message> {
        let message = self.failures_mut(function)?.delete(receipt)?;
        let id = self.functions[function].named.id;
        self.journal.remove(|| journal::of_message(id, &message.id));
        self.flag.wake();
        Some(message)
    }

    /// The sequence number behind that of the last record of a stream.
    #[must_use]
    pub fn end(&self, stream: usize) -> u128 {
        self.streams[stream].stream.end()
    }

    /// The recent records of a stream, by shard, oldest first.
    #[must_use]
    pub fn shards(&self, stream: usize) -> &[std::collections::VecDeque<Arc<Record>>] {
        self.streams[stream].stream.shards()
    }

    /// Puts a record on a stream, and so before every function that reads it.
    pub fn put_record(
        &mut self,
        stream: usize,
        partition_key: impl Into<String>,
        hash_key: Option<u128>,
        data: Vec<u8>,
    ) -> Arc<Record> {
        let now = self.now();
        let node = &mut self.streams[stream];
        let stream_id = node.named.id;
        let record = node.stream.put(partition_key.into(), hash_key, data, now);
        self.journal.set(|| (journal::of_stream(node.named.id), Kept::Last(node.stream.last())));
        for function in &node.functions {
            let node = &mut self.functions[*function];
            if let Trigger::Stream { mapping, .. } = &mut node.trigger {
                self.journal.add(|| {
                    let key = journal::of_record(node.named.id, stream_id, &record);
                    (key, Kept::Record(record.clone()))
                });
                mapping.add(record.clone());
                self.ready.push(*function);
            }
        }
        self.see(None, What::Put { stream });
        self.flag.wake();
        record
    }

    fn see(&mut self, trace: Option<Arc<str>>, what: What) {
        if self.seen.is_some() {
            let at = self.now();
            self.seen.iter_mut().for_each(|seen| {
                seen.push(Seen { at, trace: trace.clone(), what: what.clone() });
            });
        }
    }

    /// A new id, as AWS has them.
    #[must_use]
    pub fn new_id(&self) -> String {
        use crate::clock::Clock;
        let bytes = self.time.random().to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}
