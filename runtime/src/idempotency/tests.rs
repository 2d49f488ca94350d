//! Every way from one state of a note to the next.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::*;
use crate::{
    Bus, Event, Json, Memory, Notify, Publish, Topic,
    call::{Call, Port, Reply},
    clock::BoxFuture,
    dispatch::{
        Envelope,
        batch::{Batch, BatchResponse, batch},
        event,
        tests::frame,
    },
    manifest::{Action, Item, Kind, KmsKey},
};

#[derive(Bus)]
#[bus(name = "Shop")]
struct Shop;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop", detail_type = "Greeted", external)]
struct Greeted {
    order: String,
}

#[derive(Topic)]
#[topic(name = "Greetings")]
struct Greetings;

const TTL: u32 = 3_600;

/// What is to be done, and what goes wrong after it.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
struct Order {
    order: String,
    fails: bool,
    panics: bool,
    overtaken: bool,
}

/// Greets whoever ordered, and publishes that it did.
struct Greet;

/// The same for the records of a stream.
struct GreetRecord;

/// Of the description only the id matters here.
const ITEM: Item = Item {
    id: std::borrow::Cow::Borrowed("shop::greet"),
    at: crate::__private::location("shop", "shop", 1),
    kind: Kind::KmsKey(KmsKey { name: std::borrow::Cow::Borrowed(""), existing: false }),
};

type Asked = (Notify<Greetings>, Publish<Greeted>, Put<Note>);

async fn greet(order: Order, (greetings, events, notes): Asked) -> Result<()> {
    greetings.notify(&order.order).await?;
    events.publish(&Greeted { order: order.order.clone() })?;
    if order.overtaken {
        notes.put(&note(&order.order, State::InProgress)).await?;
    }
    assert!(!order.panics, "told to panic");
    if order.fails { Err("told to fail".into()) } else { Ok(()) }
}

macro_rules! handlers {
    ($($handler:ident: $input:ty, $order:ident => $inner:expr;)+) => {$(
        impl Handler for $handler {
            const ITEM: Item = ITEM;
            type Input = $input;
            type Parameters = Asked;
            type Guard = Once;
            async fn call($order: $input, asked: Asked) -> Result<()> {
                greet($inner, asked).await
            }
        }
        impl Idempotent for $handler {
            const TTL: u32 = TTL;
            fn key($order: &$input) -> String {
                $inner.order.clone()
            }
        }
    )+};
}

handlers! {
    Greet: Order, order => order;
    GreetRecord: Json<Order>, order => order.0;
}

/// How a call goes wrong.
enum Fault {
    /// It is not carried out.
    Refused,
    /// It is carried out, and the answer does not arrive.
    AnswerLost,
}

type Script = Arc<Mutex<VecDeque<(Action, Fault)>>>;

/// A memory in which the next call of an action goes wrong as scripted.
#[derive(Clone)]
struct World {
    memory: Memory,
    script: Script,
}

struct Scripted {
    port: Arc<dyn Port>,
    script: Script,
}

impl Port for Scripted {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        let mut script = self.script.lock().unwrap();
        let next = script.front().is_some_and(|(action, _)| call.grants()[0].action == *action);
        let fault = next.then(|| script.pop_front()).flatten();
        Box::pin(async move {
            match fault {
                None => self.port.call(call).await,
                Some((_, Fault::Refused)) => Err(CallError::Refused("scripted".into())),
                Some((_, Fault::AnswerLost)) => {
                    self.port.call(call).await?;
                    Err(CallError::Unavailable("scripted".into()))
                }
            }
        })
    }
}

impl World {
    fn new() -> Self {
        Self::seeded(0)
    }

    fn seeded(seed: u64) -> Self {
        Self { memory: Memory::seeded(seed), script: Script::default() }
    }

    fn fault(self, action: Action, fault: Fault) -> Self {
        self.script.lock().unwrap().push_back((action, fault));
        self
    }

    fn scripted(&self, seat: Result<Seat, Infallible>) -> Result<Seat, Infallible> {
        let Ok(seat) = seat;
        let port = Arc::new(Scripted { port: seat.port.clone(), script: self.script.clone() });
        Ok(Seat { port, ..seat })
    }

    fn frame(&self) -> Frame {
        let clock = self.memory.clock();
        frame(clock.now() + Duration::from_secs(30), clock)
    }

    async fn deliver(&self, order: &Order) -> Result<()> {
        let prepared = Prepared::<Greet>::new(self).expect("is in memory");
        let detail = serde_json::value::to_raw_value(order)?;
        event::<Greet>(&prepared, Envelope { id: "e-1".into(), detail }, &self.frame()).await
    }

    fn greeted(&self) -> Vec<String> {
        self.memory.messages::<Greetings>().into_iter().map(|message| message.body).collect()
    }

    fn note(&self, order: &str) -> Option<Note> {
        self.memory.item(Key::<Note>::new(&[(Note::PARTITION_KEY, &key(order))]))
    }

    fn actions(&self) -> Vec<Action> {
        self.memory.calls().into_iter().map(|grant| grant.action).collect()
    }
}

impl Connector for World {
    type Error = Infallible;

    fn table(&self, id: &'static str) -> Result<Seat, Infallible> {
        self.scripted(self.memory.table(id))
    }
    fn topic(&self, id: &'static str) -> Result<Seat, Infallible> {
        self.scripted(self.memory.topic(id))
    }
    fn bus(&self, id: &'static str) -> Result<Seat, Infallible> {
        self.scripted(self.memory.bus(id))
    }
}

fn order(order: &str) -> Order {
    Order { order: order.into(), ..Order::default() }
}

fn key(order: &str) -> String {
    format!("shop::greet#{order}")
}

/// A note of another invocation, which ends in ten seconds.
fn note(order: &str, state: State) -> Note {
    let now = Memory::new().clock().now();
    Note {
        key: key(order),
        state,
        owner: "another".into(),
        in_progress_until: milliseconds(now) + 10_000,
        expires: seconds(now) + u64::from(TTL),
    }
}

#[tokio::test]
async fn what_is_done_is_noted_once_its_events_were_accepted() {
    let world = World::new();
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.greeted(), ["a"]);
    let note = world.note("a").expect("is noted");
    assert_eq!(note.state, State::Complete);
    assert_eq!(note.expires, seconds(world.memory.clock().now()) + u64::from(TTL));
    assert_eq!(
        world.actions(),
        [Action::PutItem, Action::Publish, Action::PutEvents, Action::UpdateItem]
    );
}

#[tokio::test]
async fn what_was_done_is_not_done_again() {
    let world = World::new();
    for _ in 0..3 {
        world.deliver(&order("a")).await.expect("counts as handled");
    }
    world.deliver(&order("b")).await.expect("is another");
    assert_eq!(world.greeted(), ["a", "b"]);
    assert_eq!(world.memory.events::<Greeted>().len(), 2);
}

#[tokio::test]
async fn what_another_invocation_is_at_fails_so_that_it_comes_again() {
    let world = World::new();
    let theirs = note("a", State::InProgress);
    world.memory.insert(&theirs).expect("has a key");
    world.memory.advance(Duration::from_secs(10));
    let error = world.deliver(&order("a")).await.expect_err("is theirs");
    assert_eq!(
        error.to_string(),
        "another invocation is at `shop::greet#a`; this one fails, so that it comes again"
    );
    assert_eq!(world.greeted(), [""; 0]);
    assert_eq!(world.note("a"), Some(theirs));
}

#[tokio::test]
async fn what_another_invocation_was_stopped_at_is_done() {
    let world = World::new();
    world.memory.insert(&note("a", State::InProgress)).expect("has a key");
    world.memory.advance(Duration::from_millis(10_001));
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.greeted(), ["a"]);
    assert_eq!(world.note("a").expect("is noted").state, State::Complete);
}

#[tokio::test]
async fn what_was_done_too_long_ago_is_done_again_though_its_note_is_still_there() {
    let world = World::new();
    world.memory.insert(&note("a", State::Complete)).expect("has a key");
    world.memory.advance(Duration::from_secs(TTL.into()));
    world.deliver(&order("a")).await.expect("is not yet expired");
    assert_eq!(world.greeted(), [""; 0]);
    world.memory.advance(Duration::from_secs(1));
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.greeted(), ["a"]);
}

#[tokio::test]
async fn what_failed_is_done_when_it_comes_again() {
    let world = World::new();
    let failing = Order { fails: true, ..order("a") };
    let error = world.deliver(&failing).await.expect_err("is told to fail");
    assert_eq!(error.to_string(), "told to fail");
    assert_eq!(world.note("a"), None);
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.greeted(), ["a", "a"]);
    assert_eq!(world.memory.events::<Greeted>().len(), 1, "what a failure published stays");
}

#[tokio::test]
async fn a_panic_is_a_failure_and_goes_on() {
    let world = World::new();
    let panicking = Order { panics: true, ..order("a") };
    let error = world.deliver(&panicking).await.expect_err("is told to panic");
    assert_eq!(error.to_string(), "the handler panicked: told to panic");
    assert_eq!(world.note("a"), None);
    world.deliver(&order("a")).await.expect("is handled");
}

#[tokio::test]
async fn what_the_bus_did_not_accept_is_done_when_it_comes_again() {
    let world = World::new().fault(Action::PutEvents, Fault::Refused);
    world.deliver(&order("a")).await.expect_err("the bus refused");
    assert_eq!(world.note("a"), None);
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.memory.events::<Greeted>().len(), 1);
    assert_eq!(world.note("a").expect("is noted").state, State::Complete);
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_still_one_s_own() {
    let world = World::new().fault(Action::PutItem, Fault::AnswerLost);
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.greeted(), ["a"]);
    assert_eq!(world.note("a").expect("is noted").state, State::Complete);
}

#[tokio::test]
async fn without_a_claim_nothing_is_done() {
    let world = World::new().fault(Action::PutItem, Fault::Refused);
    let error = world.deliver(&order("a")).await.expect_err("may not");
    assert_eq!(error.to_string(), "not allowed: scripted");
    assert_eq!(world.greeted(), [""; 0]);
}

#[tokio::test]
async fn what_is_done_and_cannot_be_noted_is_no_failure() {
    let world = World::new().fault(Action::UpdateItem, Fault::Refused);
    world.deliver(&order("a")).await.expect("is handled");
    assert_eq!(world.note("a").expect("is claimed").state, State::InProgress);
    world.deliver(&order("a")).await.expect_err("may still be at work, for all that is known");
}

#[tokio::test]
async fn the_note_of_one_that_has_overtaken_is_left_alone() {
    for fails in [false, true] {
        let world = World::new();
        let overtaken = Order { overtaken: true, fails, ..order("a") };
        assert_eq!(world.deliver(&overtaken).await.is_err(), fails);
        assert_eq!(world.note("a"), Some(note("a", State::InProgress)));
    }
}

#[tokio::test]
async fn a_key_is_neither_too_long_nor_empty() {
    let world = World::new();
    let fits = "x".repeat(MOST_BYTES - key("").len());
    world.deliver(&order(&fits)).await.expect("is handled");
    let calls = world.memory.calls().len();

    let error = world.deliver(&order(&format!("{fits}x"))).await.expect_err("is too long");
    assert_eq!(
        error.to_string(),
        "the idempotency key of a `esteira::idempotency::tests::Order` has 2049 bytes with the handler's id, `shop::greet`, before it: DynamoDB takes 2048; make a shorter one, such as a hash, with `key = |input| …`"
    );
    let error = world.deliver(&order("")).await.expect_err("is empty");
    assert_eq!(
        error.to_string(),
        "this `esteira::idempotency::tests::Order` has an empty idempotency key"
    );
    assert_eq!(world.memory.calls().len(), calls, "known before any call");
}

#[tokio::test]
async fn of_deliveries_at_once_one_is_handled() {
    let mut failed = 0;
    for seed in 0..64 {
        let world = World::seeded(seed);
        let (again, first) = (order("a"), order("a"));
        let (a, b) = tokio::join!(world.deliver(&first), world.deliver(&again));
        assert_eq!(world.greeted(), ["a"], "seed {seed}");
        assert!(a.is_ok() || b.is_ok(), "seed {seed}");
        failed += usize::from(a.is_err() || b.is_err());
    }
    assert!(failed > 0, "never at once");
}

#[tokio::test]
async fn in_a_batch_the_events_of_a_record_leave_before_it_is_noted() {
    use base64::Engine;
    let world = World::new();
    let records = ["a", "b", "a"].map(|name| {
        let data = serde_json::to_vec(&order(name)).expect("is JSON");
        let data = base64::engine::general_purpose::STANDARD.encode(data);
        serde_json::json!({ "kinesis": { "sequenceNumber": name, "data": data } })
    });
    let delivered: Batch =
        serde_json::from_value(serde_json::json!({ "Records": records })).expect("is a batch");
    let prepared = Prepared::<GreetRecord>::new(&world).expect("is in memory");
    let response = batch::<GreetRecord>(&prepared, delivered, &world.frame()).await;
    assert_eq!(response, BatchResponse::default());
    assert_eq!(world.greeted(), ["a", "b"]);
    let each = [Action::PutItem, Action::Publish, Action::PutEvents, Action::UpdateItem];
    assert_eq!(world.actions(), [&each[..], &each, &each[..1]].concat());
}

#[test]
fn a_note_has_the_attributes_that_its_table_was_made_for() {
    let item = serde_json::to_value(note("a", State::Complete)).expect("is JSON");
    assert!(item[manifest::Idempotent::PARTITION_KEY].is_string(), "{item}");
    assert!(item[manifest::Idempotent::TTL].is_u64(), "{item}");
}

#[test]
fn a_key_is_whatever_can_be_shown_and_may_be_borrowed() {
    assert_eq!(idempotency_key(&7_i64), "7");
    assert_eq!(idempotency_key("a"), "a");
    assert_eq!(idempotency_key_by(&order("a"), |order| &order.order), "a");
    assert_eq!(idempotency_key_by(&order("a"), |order| format!("{}-1", order.order)), "a-1");
}
