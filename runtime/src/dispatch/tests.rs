//! What the mapping and the bus are told, record by record.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

mod checkpoint;
mod concurrency;
mod gathering;

use base64::Engine;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};

use super::{
    batch::{Batch, BatchResponse, StreamData, StreamRecord, batch},
    *,
};
use crate::{
    Bus, CallError, Event, Json, Memory, Publish, Put, Table,
    call::{Call, Port, Reply},
    clock::BoxFuture,
    connect::Connector,
    handle::Seat,
    manifest::{Handler as Description, Item, Kind},
};

#[derive(Bus)]
#[bus(name = "Test")]
struct TestBus;

#[derive(Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = TestBus, source = "test", detail_type = "Counted", external)]
struct Counted {
    number: u32,
}

#[derive(Debug, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Seen", partition_key = number)]
struct Seen {
    number: u32,
}

/// Publishes as many events as its record says, notes the record, and fails if the record says
/// so.
struct Subject;

#[derive(Deserialize)]
struct Order {
    number: u32,
    #[serde(default = "one")]
    events: u32,
    #[serde(default)]
    fail: bool,
    #[serde(default)]
    seconds: u64,
}

fn one() -> u32 {
    1
}

/// A handler of a stream that handles so many records at once.
pub(crate) const fn item(concurrency: u32) -> Item {
    Item {
        id: std::borrow::Cow::Borrowed("test"),
        at: crate::__private::location("test", "test", 1),
        kind: Kind::Handler(Description {
            function: std::borrow::Cow::Borrowed("Test"),
            entry: std::borrow::Cow::Borrowed("test"),
            trigger: crate::manifest::Trigger::Kinesis(crate::manifest::KinesisTrigger {
                stream: std::borrow::Cow::Borrowed("test"),
                batch_size: 1,
                row: None,
                batching_window: 0,
                parallelization: 1,
                concurrency,
                starting_position: crate::manifest::StartingPosition::TrimHorizon,
                retry: crate::manifest::Retry { attempts: 10, max_age: 86_400 },
            }),
            parameters: std::borrow::Cow::Borrowed(&[]),
            memory: 128,
            timeout: 1,
            architecture: None,
            environment: std::borrow::Cow::Borrowed(&[]),
            vpc: None,
            reserved_concurrency: None,
            allows: std::borrow::Cow::Borrowed(&[]),
            idempotent: None,
            input: None,
        }),
    }
}

impl Handler for Subject {
    const ITEM: Item = item(1);
    type Input = Json<Order>;
    type Parameters = (Publish<Counted>, Put<Seen>, Context);
    type Guard = ();

    async fn call(
        Json(order): Json<Order>,
        (events, seen, ctx): (Publish<Counted>, Put<Seen>, Context),
    ) -> Result<()> {
        for _ in 0..order.events {
            events.publish(&Counted { number: order.number })?;
        }
        seen.put(&Seen { number: order.number }).await?;
        ctx.clock().sleep(Duration::from_secs(order.seconds)).await;
        if order.fail { Err("told to fail".into()) } else { Ok(()) }
    }
}

/// A memory whose bus answers as scripted, one answer for each entry of a call; calls beyond the
/// script are accepted.
#[derive(Clone)]
struct World {
    memory: Memory,
    bus: Arc<ScriptedBus>,
}

#[derive(Default)]
struct ScriptedBus {
    script: Mutex<VecDeque<Result<Vec<Option<CallError>>, CallError>>>,
    /// The numbers of the events of each call.
    calls: Mutex<Vec<Vec<u32>>>,
}

impl Port for ScriptedBus {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        let Call::PutEvents(entries) = call else { panic!("only events leave through the bus") };
        let numbers = entries
            .iter()
            .map(|entry| serde_json::from_str::<Counted>(&entry.detail).expect("an event").number)
            .collect::<Vec<_>>();
        let answer = self.script.lock().unwrap().pop_front();
        let answer = answer.unwrap_or_else(|| Ok(vec![None; numbers.len()])).map(|answers| {
            assert_eq!(answers.len(), numbers.len(), "the script answers every entry");
            Reply::Events(answers.into_iter().map(|error| error.map_or(Ok(()), Err)).collect())
        });
        self.calls.lock().unwrap().push(numbers);
        Box::pin(std::future::ready(answer))
    }
}

impl Connector for World {
    type Error = Infallible;

    fn table(&self, id: &'static str) -> std::result::Result<Seat, Infallible> {
        self.memory.table(id)
    }
    fn topic(&self, id: &'static str) -> std::result::Result<Seat, Infallible> {
        self.memory.topic(id)
    }
    fn bus(&self, id: &'static str) -> std::result::Result<Seat, Infallible> {
        Ok(Seat { port: self.bus.clone(), ..self.memory.bus(id)? })
    }
}

/// A frame of an invocation that nobody ends early.
pub(crate) fn frame(deadline: SystemTime, clock: Arc<dyn Clock>) -> Frame {
    Frame {
        deadline,
        clock,
        trace: None,
        metrics: Metrics::default(),
        stop: pending().boxed().shared(),
    }
}

/// Records with their index as sequence number, and as partition key.
fn records<'a>(data: impl IntoIterator<Item = &'a str>) -> Vec<StreamRecord> {
    data.into_iter()
        .enumerate()
        .map(|(index, json)| StreamRecord {
            event_id: format!("shard:{index}"),
            kinesis: StreamData {
                partition_key: index.to_string(),
                sequence_number: index.to_string(),
                data: base64::engine::general_purpose::STANDARD.encode(json),
            },
        })
        .collect()
}

impl World {
    fn new() -> Self {
        Self { memory: Memory::new(), bus: Arc::default() }
    }

    fn answer(self, answers: Vec<Option<CallError>>) -> Self {
        self.bus.script.lock().unwrap().push_back(Ok(answers));
        self
    }

    fn fail(self, error: CallError) -> Self {
        self.bus.script.lock().unwrap().push_back(Err(error));
        self
    }

    fn frame(&self) -> Frame {
        let clock = self.memory.clock();
        frame(clock.now() + Duration::from_secs(30), clock)
    }

    /// Runs a batch; returns the index of the record from which on it is delivered again.
    async fn batch<'a>(&self, records: impl IntoIterator<Item = &'a str>) -> Option<usize> {
        let records = self::records(records);
        let prepared = Prepared::<Subject>::new(self).expect("is in memory");
        let response = batch::<Subject>(&prepared, Batch { records }, &self.frame()).await;
        assert!(response.batch_item_failures.len() <= 1, "one checkpoint a batch");
        response.batch_item_failures.first().map(|failure| failure.item_identifier.parse().unwrap())
    }

    fn calls(&self) -> Vec<Vec<u32>> {
        self.bus.calls.lock().unwrap().clone()
    }

    fn seen(&self) -> Vec<u32> {
        self.memory.items::<Seen>().iter().map(|seen| seen.number).collect()
    }
}

#[tokio::test]
async fn a_batch_that_succeeds_reports_nothing() {
    let world = World::new();
    let failed = world.batch([r#"{"number":1}"#, r#"{"number":2}"#]).await;
    assert_eq!(failed, None);
    assert_eq!(world.calls(), [[1, 2]], "the events of a batch share a call");
}

#[tokio::test]
async fn nothing_after_a_failed_record_is_begun_and_what_came_before_is_published() {
    let world = World::new();
    let records = [r#"{"number":1}"#, r#"{"number":2,"fail":true}"#, r#"{"number":3}"#];
    assert_eq!(world.batch(records).await, Some(1));
    assert_eq!(world.seen(), [1, 2]);
    assert_eq!(world.calls(), [[1]], "what a failed record published stays");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_fails_like_any_other() {
    let world = World::new();
    let records = [r#"{"number":1}"#, r#"{"number":"one"}"#, r#"{"number":3}"#];
    assert_eq!(world.batch(records).await, Some(1));
    assert_eq!(world.seen(), [1]);
}

#[tokio::test]
async fn a_short_timeout_is_time_enough() {
    let world = World::new();
    let clock = world.memory.clock();
    let frame = frame(clock.now() + Duration::from_secs(1), clock);
    let prepared = Prepared::<Subject>::new(&world).expect("is in memory");
    let records = records([r#"{"number":1}"#]);
    let response = batch::<Subject>(&prepared, Batch { records }, &frame).await;
    assert_eq!(response, BatchResponse::default());
}

#[tokio::test]
async fn no_record_is_begun_without_time_for_it() {
    let world = World::new();
    let records =
        [r#"{"number":1,"seconds":28}"#, r#"{"number":2,"seconds":2}"#, r#"{"number":3}"#];
    assert_eq!(world.batch(records).await, Some(2));
    assert_eq!(world.seen(), [1, 2]);
    assert_eq!(world.calls(), [[1, 2]]);
}

#[tokio::test]
async fn events_leave_in_tens() {
    let world = World::new();
    assert_eq!(world.batch([r#"{"number":1,"events":23}"#, r#"{"number":2}"#]).await, None);
    let sizes: Vec<usize> = world.calls().iter().map(Vec::len).collect();
    assert_eq!(sizes, [10, 10, 4]);
}

#[tokio::test]
async fn a_partial_failure_is_sent_again_alone() {
    let world = World::new()
        .answer(vec![None, Some(CallError::Throttled), None])
        .answer(vec![Some(CallError::Unavailable("InternalFailure".into()))]);
    let records = [r#"{"number":1}"#, r#"{"number":2}"#, r#"{"number":3}"#];
    assert_eq!(world.batch(records).await, None);
    assert_eq!(world.calls(), [vec![1, 2, 3], vec![2], vec![2]]);
}

#[tokio::test]
async fn the_lowest_record_with_a_refused_event_is_reported() {
    let refused = || Some(CallError::Refused("NotAuthorizedForSourceException".into()));
    let world = World::new().answer(vec![None, refused(), None, refused()]);
    let records = [r#"{"number":1}"#, r#"{"number":2}"#, r#"{"number":3}"#, r#"{"number":4}"#];
    assert_eq!(world.batch(records).await, Some(1));
    assert_eq!(world.calls().len(), 1, "what can never be accepted is not sent again");
}

#[tokio::test]
async fn a_refused_event_counts_before_a_later_failure() {
    let world = World::new().answer(vec![Some(CallError::Invalid("MalformedDetail".into())), None]);
    let records = [r#"{"number":1}"#, r#"{"number":2}"#, r#"{"number":3,"fail":true}"#];
    assert_eq!(world.batch(records).await, Some(0));
}

#[tokio::test]
async fn a_bus_that_stays_busy_is_given_up_in_time() {
    let mut world = World::new();
    for _ in 0..200 {
        world = world.answer(vec![Some(CallError::Throttled)]);
    }
    let before = world.memory.clock().now();
    assert_eq!(world.batch([r#"{"number":1}"#]).await, Some(0));
    let spent = world.memory.clock().now().duration_since(before).unwrap();
    assert!(spent < Duration::from_secs(30), "{spent:?} is past the deadline");
    assert!(world.calls().len() > 20, "only {} tries", world.calls().len());
}

#[tokio::test]
async fn a_call_that_fails_as_a_whole_is_repeated() {
    let world = World::new().fail(CallError::Unavailable("timed out".into()));
    assert_eq!(world.batch([r#"{"number":1}"#]).await, None);
    assert_eq!(world.calls(), [[1], [1]]);

    let world = World::new().fail(CallError::Refused("AccessDeniedException".into()));
    assert_eq!(world.batch([r#"{"number":1}"#]).await, Some(0));
    assert_eq!(world.calls(), [[1]]);
}

#[tokio::test]
async fn records_of_no_concern_are_complete() {
    struct Rows;
    impl Handler for Rows {
        const ITEM: Item = Subject::ITEM;
        type Input = crate::Change<Row>;
        type Parameters = ();
        type Guard = ();
        async fn call(_: Self::Input, (): ()) -> Result<()> {
            Err("not to be called".into())
        }
    }
    #[derive(crate::Row, Deserialize)]
    #[row(table = "orders", key = id)]
    struct Row {
        #[allow(dead_code)]
        id: i64,
    }
    let records = [
        r#"{"metadata":{"record-type":"control","operation":"create-table","partition-key-type":"task-id","schema-name":"","table-name":"awsdms_apply_exceptions"}}"#,
        r#"{"data":{"id":1},"metadata":{"record-type":"data","operation":"insert","schema-name":"shop","table-name":"customers"}}"#,
    ];
    let records = self::records(records);
    let world = World::new();
    let prepared = Prepared::<Rows>::new(&world).expect("is in memory");
    let response = batch::<Rows>(&prepared, Batch { records }, &world.frame()).await;
    assert_eq!(response, BatchResponse::default());
}

/// Takes an event.
struct OnEvent;

impl Handler for OnEvent {
    const ITEM: Item = Subject::ITEM;
    type Input = Counted;
    type Parameters = (Publish<Counted>,);
    type Guard = ();
    async fn call(event: Counted, (events,): (Publish<Counted>,)) -> Result<()> {
        events.publish(&event)?;
        Ok(())
    }
}

async fn deliver(world: &World, detail: &str) -> Result<()> {
    let envelope = format!(r#"{{"version":"0","id":"e-1","detail-type":"x","detail":{detail}}}"#);
    let prepared = Prepared::<OnEvent>::new(world).expect("is in memory");
    let envelope: Envelope = serde_json::from_str(&envelope)?;
    event::<OnEvent>(&prepared, envelope, &world.frame()).await
}

#[tokio::test]
async fn an_event_is_complete_when_what_it_published_is_accepted() {
    let world = World::new();
    deliver(&world, r#"{"number":7}"#).await.expect("is handled");
    assert_eq!(world.calls(), [[7]]);

    let world = World::new().answer(vec![Some(CallError::Invalid("no".into()))]);
    deliver(&world, r#"{"number":7}"#).await.expect_err("the bus refused");
}

#[tokio::test]
async fn a_detail_of_another_shape_is_an_error_that_says_so() {
    let error = deliver(&World::new(), r#"{"numero":7}"#).await.expect_err("has no number");
    assert_eq!(
        error.to_string(),
        "the detail of event e-1 is not what the handler takes: missing field `number` at line 1 column 12"
    );
}
