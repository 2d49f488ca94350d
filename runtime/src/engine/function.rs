//! The functions of an application, as programs that can be started here.

use std::{marker::PhantomData, sync::Arc, time::SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    event::Event,
    gate::{Connection, Instance},
    place::Place,
    stream::{Record, shard_id},
};
use crate::{
    Record as Readable,
    clock::BoxFuture,
    dispatch::{
        self, Envelope, Frame,
        batch::{Batch, StreamData, StreamRecord, batch},
    },
    handler::{Handler, Parameters, Prepared},
    manifest::Item,
};

/// A handler that is linked into this program.
#[derive(Debug)]
pub struct Local {
    /// What it says of itself.
    pub item: &'static Item,
    /// Starts an instance of it.
    pub start: fn(Instance) -> crate::Result<Arc<dyn Sandbox>>,
}

inventory::collect!(Local);

impl Local {
    pub(super) fn start(&self, connection: &Connection) -> Result<Arc<dyn Sandbox>, Failure> {
        (self.start)(connection.instance()).map_err(|error| Failure {
            kind: "Runtime.InitError".into(),
            message: format!("the function cannot start: {}", dispatch::chain(&*error)),
        })
    }
}

/// A handler of which it is not known whether it can be run in this process: a method is looked for
/// in the traits below, and the first that applies is found.
pub struct Start<H>(PhantomData<fn() -> H>);

impl<H> Start<H> {
    #[expect(clippy::new_without_default, reason = "constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The handler of a stream.
pub trait StartOfStream {
    fn kinesis(&self, instance: Instance) -> crate::Result<Arc<dyn Sandbox>>;
}

impl<H: Handler<Input: Readable, Parameters: Parameters>> StartOfStream for &Start<H> {
    fn kinesis(&self, instance: Instance) -> crate::Result<Arc<dyn Sandbox>> {
        Ok(Arc::new(OfStream(Prepared::<H>::new(&instance)?)))
    }
}

/// The target of a rule.
pub trait StartOfEvent {
    fn event(&self, instance: Instance) -> crate::Result<Arc<dyn Sandbox>>;
}

impl<H: Handler<Input: DeserializeOwned, Parameters: Parameters>> StartOfEvent for &Start<H> {
    fn event(&self, instance: Instance) -> crate::Result<Arc<dyn Sandbox>> {
        Ok(Arc::new(OfEvent(Prepared::<H>::new(&instance)?)))
    }
}

/// A handler with a client of the user's own, which there only is where there is AWS.
pub trait StartOfNothing {
    fn kinesis(&self, instance: Instance) -> crate::Result<Arc<dyn Sandbox>>;
    fn event(&self, instance: Instance) -> crate::Result<Arc<dyn Sandbox>>;
}

impl<H> StartOfNothing for Start<H> {
    fn kinesis(&self, _: Instance) -> crate::Result<Arc<dyn Sandbox>> {
        Err(OF_NOTHING.into())
    }
    fn event(&self, _: Instance) -> crate::Result<Arc<dyn Sandbox>> {
        Err(OF_NOTHING.into())
    }
}

const OF_NOTHING: &str = "it takes a `Raw` client, which only a built function has: run it by \
                          `cargo xtask dev --binaries`";

/// What a function is invoked with.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Records of a stream, whose ARN it is.
    Batch {
        /// In their order.
        records: Vec<Arc<Record>>,
        /// The ARN.
        stream: Arc<str>,
    },
    /// An event.
    Event(Arc<Event>),
}

/// Why a function failed, as Lambda says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The type of the error.
    pub kind: String,
    /// What it says.
    pub message: String,
}

/// The item identifiers that the function of a stream reports; of another, nothing.
pub(super) type Response = Vec<Option<String>>;

/// An instance of a function, which is invoked for one thing at a time.
#[expect(private_interfaces, reason = "nobody outside of the engine can invoke it")]
pub trait Sandbox: Send + Sync {
    fn invoke(
        self: Arc<Self>,
        payload: Payload,
        frame: Frame,
    ) -> BoxFuture<'static, Result<Response, Failure>>;
}

struct OfStream<H: Handler<Parameters: Parameters>>(Prepared<H>);

impl<H: Handler<Input: Readable, Parameters: Parameters>> Sandbox for OfStream<H> {
    fn invoke(
        self: Arc<Self>,
        payload: Payload,
        frame: Frame,
    ) -> BoxFuture<'static, Result<Response, Failure>> {
        Box::pin(async move {
            let Payload::Batch { records, .. } = payload else { return Err(Failure::misplaced()) };
            let records = records.iter().map(|record| stream_record(record)).collect();
            let answer = batch::<H>(&self.0, Batch { records }, &frame).await;
            let failures = answer.batch_item_failures.into_iter();
            Ok(failures.map(|failure| Some(failure.item_identifier)).collect())
        })
    }
}

struct OfEvent<H: Handler<Parameters: Parameters>>(Prepared<H>);

impl<H: Handler<Input: DeserializeOwned, Parameters: Parameters>> Sandbox for OfEvent<H> {
    fn invoke(
        self: Arc<Self>,
        payload: Payload,
        frame: Frame,
    ) -> BoxFuture<'static, Result<Response, Failure>> {
        Box::pin(async move {
            let Payload::Event(event) = payload else { return Err(Failure::misplaced()) };
            let detail = serde_json::value::RawValue::from_string(event.detail.clone());
            let handled = match detail {
                Ok(detail) => {
                    let envelope = Envelope { id: event.id.clone(), detail };
                    dispatch::event::<H>(&self.0, envelope, &frame).await
                }
                Err(error) => Err(error.into()),
            };
            handled.map(|()| Response::new()).map_err(|error| Failure {
                kind: "Error".into(),
                message: dispatch::chain(&*error),
            })
        })
    }
}

impl Failure {
    fn misplaced() -> Self {
        Self {
            kind: "Runtime.InvalidPayload".into(),
            message: "the function was given what it does not take".into(),
        }
    }
}

fn stream_record(record: &Record) -> StreamRecord {
    StreamRecord {
        event_id: event_id(record),
        kinesis: StreamData {
            partition_key: record.partition_key.clone(),
            sequence_number: record.sequence_number.clone(),
            data: STANDARD.encode(&record.data),
        },
    }
}

fn event_id(record: &Record) -> String {
    format!("{}:{}", shard_id(record.shard), record.sequence_number)
}

impl Payload {
    /// JSON, as Lambda hands it to a program.
    pub(super) fn text(&self, place: &Place, role: &str) -> String {
        match self {
            Payload::Event(event) => event.text(place),
            Payload::Batch { records, stream } => {
                let record = |record: &Arc<Record>| {
                    json!({
                        "kinesis": {
                            "kinesisSchemaVersion": "1.0",
                            "partitionKey": record.partition_key,
                            "sequenceNumber": record.sequence_number,
                            "data": STANDARD.encode(&record.data),
                            "approximateArrivalTimestamp": seconds(record.arrived),
                        },
                        "eventSource": "aws:kinesis",
                        "eventVersion": "1.0",
                        "eventID": event_id(record),
                        "eventName": "aws:kinesis:record",
                        "invokeIdentityArn": format!("arn:aws:iam::{}:role/{role}", place.account),
                        "awsRegion": place.region,
                        "eventSourceARN": stream.as_ref(),
                    })
                };
                let records: Vec<Value> = records.iter().map(record).collect();
                json!({ "Records": records }).to_string()
            }
        }
    }
}

/// Seconds since 1970, to the millisecond.
fn seconds(time: SystemTime) -> f64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as f64 / 1_000.0
}
