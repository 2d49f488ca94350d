//! Records of different keys at once, those of one key in order; and what ends a batch early.

use std::cell::RefCell;

use fastrand::Rng;
use tokio::task::yield_now;

use super::*;

/// What a record tells its handler to do.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Told {
    number: u32,
    /// How often it waits.
    turns: u32,
    /// How long it then takes.
    seconds: u64,
    publish: bool,
    fail: bool,
    panic: bool,
    hang: bool,
    end: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Begin(u32),
    End(u32),
}

thread_local! {
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
    static TOLD_TO_END: RefCell<bool> = const { RefCell::new(false) };
}

/// Does as it is told.
struct Obedient<const AT_ONCE: u32>;

impl<const AT_ONCE: u32> Handler for Obedient<AT_ONCE> {
    const ITEM: Item = item(AT_ONCE);
    type Input = Json<Told>;
    type Parameters = (Publish<Counted>, Context);
    type Guard = ();

    async fn call(
        Json(told): Json<Told>,
        (events, ctx): (Publish<Counted>, Context),
    ) -> Result<()> {
        STEPS.with_borrow_mut(|steps| steps.push(Step::Begin(told.number)));
        for _ in 0..told.turns {
            yield_now().await;
        }
        ctx.clock().sleep(Duration::from_secs(told.seconds)).await;
        if told.end {
            TOLD_TO_END.set(true);
            yield_now().await;
        }
        if told.hang {
            pending::<()>().await;
        }
        if told.publish {
            events.publish(&Counted { number: told.number })?;
        }
        STEPS.with_borrow_mut(|steps| steps.push(Step::End(told.number)));
        assert!(!told.panic, "told to panic");
        if told.fail { Err("told to fail".into()) } else { Ok(()) }
    }
}

/// A bus that takes its time, and keeps the events of each call apart.
#[derive(Default)]
struct SlowBus {
    under_way: Mutex<Vec<Vec<u32>>>,
    accepted: Mutex<Vec<u32>>,
}

impl Port for SlowBus {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        let Call::PutEvents(entries) = call else { panic!("only events leave through the bus") };
        let numbers: Vec<u32> = entries
            .iter()
            .map(|entry| serde_json::from_str::<Counted>(&entry.detail).expect("an event").number)
            .collect();
        Box::pin(async move {
            self.under_way.lock().unwrap().push(numbers.clone());
            for _ in 0..numbers[0] % 5 {
                yield_now().await;
            }
            self.under_way.lock().unwrap().retain(|other| *other != numbers);
            self.accepted.lock().unwrap().extend(&numbers);
            Ok(Reply::Events(numbers.iter().map(|_| Ok(())).collect()))
        })
    }
}

struct Slow {
    memory: Memory,
    bus: Arc<SlowBus>,
}

impl Connector for Slow {
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

impl Slow {
    fn new() -> Self {
        STEPS.take();
        TOLD_TO_END.set(false);
        Self { memory: Memory::new(), bus: Arc::default() }
    }

    /// Runs a batch of records with these keys; returns the position it is delivered again from.
    async fn batch<const AT_ONCE: u32>(&self, told: Vec<(&str, Told)>) -> Option<usize> {
        let data: Vec<String> = told
            .iter()
            .enumerate()
            .map(|(number, (_, told))| {
                let told = json(told, number);
                serde_json::to_string(&told).expect("is JSON")
            })
            .collect();
        let mut records = records(data.iter().map(String::as_str));
        for (record, (key, _)) in records.iter_mut().zip(&told) {
            record.kinesis.partition_key = (*key).to_owned();
        }
        let prepared = Prepared::<Obedient<AT_ONCE>>::new(self).expect("is in memory");
        let clock = self.memory.clock();
        let mut frame = frame(clock.now() + Duration::from_secs(30), clock);
        frame.stop = std::future::poll_fn(|context| match TOLD_TO_END.with_borrow(|told| *told) {
            true => std::task::Poll::Ready(()),
            false => {
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            }
        })
        .boxed()
        .shared();
        let response = batch::<Obedient<AT_ONCE>>(&prepared, Batch { records }, &frame).await;
        assert!(response.batch_item_failures.len() <= 1, "one checkpoint a batch");
        response.batch_item_failures.first().map(|failure| failure.item_identifier.parse().unwrap())
    }
}

fn json(told: &Told, number: usize) -> serde_json::Value {
    let mut json = serde_json::to_value(told).expect("is JSON");
    json["number"] = number.into();
    json
}

fn steps() -> Vec<Step> {
    STEPS.take()
}

/// The most records that were under way at the same time.
fn most(steps: &[Step]) -> usize {
    let mut now = 0;
    let mut most = 0;
    for step in steps {
        match step {
            Step::Begin(_) => now += 1,
            Step::End(_) => now -= 1,
        }
        most = most.max(now);
    }
    most
}

fn waits(turns: u32) -> Told {
    Told { turns, ..Told::default() }
}

#[tokio::test]
async fn different_keys_run_at_once_and_one_key_in_order() {
    use Step::{Begin, End};
    let world = Slow::new();
    let told = vec![("a", waits(3)), ("a", waits(0)), ("b", waits(1)), ("b", waits(0))];
    assert_eq!(world.batch::<10>(told).await, None);
    let steps = steps();
    assert_eq!(most(&steps), 2, "{steps:?}");
    let at = |step| steps.iter().position(|other| *other == step);
    assert!(at(End(0)) < at(Begin(1)) && at(End(2)) < at(Begin(3)), "{steps:?}");
    assert!(at(Begin(2)) < at(End(0)), "{steps:?}");
}

#[tokio::test]
async fn no_more_run_at_once_than_the_attribute_says() {
    let world = Slow::new();
    let told = ["a", "b", "c", "d", "e", "f"].map(|key| (key, waits(4))).into();
    assert_eq!(world.batch::<3>(told).await, None);
    let steps = steps();
    assert_eq!((most(&steps), steps.len()), (3, 12), "{steps:?}");
}

#[tokio::test]
async fn nothing_above_a_failure_is_begun_and_what_is_below_it_is_finished() {
    let world = Slow::new();
    let fails = Told { fail: true, ..Told::default() };
    let told = vec![("a", waits(5)), ("b", fails), ("c", waits(0)), ("a", waits(0))];
    assert_eq!(world.batch::<2>(told).await, Some(1));
    use Step::{Begin, End};
    assert_eq!(steps(), [Begin(0), Begin(1), End(1), End(0)]);
}

#[tokio::test]
async fn a_lower_record_that_fails_late_is_the_one_reported() {
    let world = Slow::new();
    let late = Told { fail: true, turns: 4, ..Told::default() };
    let told = vec![("a", late), ("b", Told { fail: true, ..Told::default() }), ("c", waits(0))];
    assert_eq!(world.batch::<10>(told).await, Some(0));
}

#[tokio::test]
async fn a_panic_fails_its_record_alone() {
    let world = Slow::new();
    let told = vec![("a", waits(2)), ("b", Told { panic: true, ..Told::default() })];
    assert_eq!(world.batch::<10>(told).await, Some(1));
    assert!(steps().contains(&Step::End(0)));
}

#[tokio::test]
async fn a_record_that_hangs_is_reported_before_the_function_is_ended() {
    let world = Slow::new();
    let long = Told { seconds: 29, ..Told::default() };
    let longer = Told { seconds: 2, turns: 3, ..Told::default() };
    let hangs = Told { hang: true, ..Told::default() };
    let told = vec![("a", long), ("b", hangs), ("c", longer)];
    assert_eq!(world.batch::<10>(told).await, Some(1));
}

#[tokio::test]
async fn told_to_end_it_finishes_what_is_under_way_and_begins_nothing() {
    let world = Slow::new();
    let ends = Told { end: true, publish: true, turns: 2, ..Told::default() };
    let told = vec![("a", ends), ("b", waits(4)), ("c", waits(0)), ("a", waits(0))];
    assert_eq!(world.batch::<2>(told).await, Some(2));
    assert_eq!(*world.bus.accepted.lock().unwrap(), [0], "what it published is not lost");
    let begun = steps().iter().filter(|step| matches!(step, Step::Begin(_))).count();
    assert_eq!(begun, 2);
}

#[tokio::test]
async fn the_events_of_a_key_reach_the_bus_in_order_and_share_calls() {
    let mut rng = Rng::with_seed(7);
    for _ in 0..50 {
        let world = Slow::new();
        let keys: Vec<&str> = (0..60).map(|_| ["a", "b", "c", "d"][rng.usize(0..4)]).collect();
        let told = keys
            .iter()
            .map(|key| (*key, Told { publish: true, turns: rng.u32(0..3), ..Told::default() }))
            .collect();
        assert_eq!(world.batch::<4>(told).await, None);
        let accepted = world.bus.accepted.lock().unwrap().clone();
        assert_eq!(accepted.len(), keys.len());
        for key in ["a", "b", "c", "d"] {
            let of_key: Vec<u32> =
                accepted.iter().copied().filter(|number| keys[*number as usize] == key).collect();
            assert!(of_key.is_sorted(), "{key}: {of_key:?}");
        }
    }
}
