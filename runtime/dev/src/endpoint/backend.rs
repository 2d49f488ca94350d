//! What an endpoint stands in front of.

use std::{collections::BTreeMap, time::SystemTime};

use tokio::sync::watch;

pub mod access;
pub mod buckets;
pub mod buses;
pub mod queues;
pub mod streams;
pub mod tables;
pub mod topics;

pub use access::{Access, Denied, Identity, Place};
pub use buckets::{Buckets, Object};
pub use buses::{Buses, Entry, Rejected};
pub use queues::{Accepted, Queues, Received, Sent};
pub use streams::{Page, Position, Record, Shard, Streams, Written};
pub use tables::{Items, KeyPart, KeySchema, KeyType, Range, Tables};
pub use topics::{Publication, Topics};

/// The resources of a pipeline and who may use them.
///
/// The methods are synchronous: everything is in memory, and one lock is enough. None is called
/// while another one runs on the same task. The endpoint asks [`Access::authorize`] before it
/// touches a resource, so the other methods need not ask who calls.
pub trait Backend: Access + Streams + Buses + Tables + Topics + Queues + Buckets {
    /// Something to wait on until anything changes: it is marked as changed whenever a message
    /// is sent to a queue or shown again. That time passes needs no mark. Receiving from a queue
    /// with a wait goes by it.
    fn changes(&self) -> watch::Receiver<()>;

    /// Hands what a handler gave up, or all of them, to it once more; how much that is, by handler.
    ///
    /// # Errors
    ///
    /// There is no such handler.
    fn redrive(&self, handler: Option<&str>) -> Result<BTreeMap<String, usize>, String> {
        let _ = handler;
        Err("no functions are run here, so none gave anything up".into())
    }

    /// The time that calls happen at. Iterators and tokens go out of date by it.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// An attribute of a message, as SNS and SQS have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageAttribute {
    /// `String`, `Number` or `Binary`, perhaps with a label behind a dot.
    pub data_type: String,
    /// Its value.
    pub value: AttributeContent,
}

/// The value of a [`MessageAttribute`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeContent {
    /// Of a `String` or `Number`.
    Text(String),
    /// Of a `Binary`.
    Bytes(Vec<u8>),
}

/// A resource that does not exist, or a call that it does not take: code and message as AWS has
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Such as `ResourceNotFoundException`.
    pub code: String,
    /// What is wrong.
    pub message: String,
}

impl Refused {
    /// A refusal with this code and message.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}
