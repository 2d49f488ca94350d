//! Whatever fails, and however often: a record that the mapping is told is complete has done all
//! that it had to, and in the end every one is.

use fastrand::Rng;

use super::*;

/// A bus that refuses by chance, entries as well as calls.
struct ChanceBus {
    rng: Mutex<Rng>,
    /// The numbers of the events accepted since the batch began.
    accepted: Mutex<Vec<u32>>,
}

fn refusal(rng: &mut Rng) -> CallError {
    match rng.u8(0..4) {
        0 => CallError::Throttled,
        1 => CallError::Unavailable("InternalFailure".into()),
        2 => CallError::Refused("AccessDeniedException".into()),
        _ => CallError::Invalid("MalformedDetail".into()),
    }
}

impl Port for ChanceBus {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        let Call::PutEvents(entries) = call else { panic!("only events leave through the bus") };
        assert!((1..=10).contains(&entries.len()), "{} entries in a call", entries.len());
        let mut rng = self.rng.lock().unwrap();
        let refused = rng.u8(0..8) == 0;
        let results: Vec<Result<(), CallError>> = entries
            .iter()
            .map(|_| if rng.u8(0..30) == 0 { Err(refusal(&mut rng)) } else { Ok(()) })
            .collect();
        let answer =
            if refused { Err(refusal(&mut rng)) } else { Ok(Reply::Events(results.clone())) };
        if answer.is_ok() {
            let numbers = entries.iter().zip(results).filter(|(_, result)| result.is_ok());
            let numbers = numbers.map(|(entry, _)| {
                serde_json::from_str::<Counted>(&entry.detail).expect("an event").number
            });
            self.accepted.lock().unwrap().extend(numbers);
        }
        Box::pin(std::future::ready(answer))
    }
}

/// A memory with such a bus.
struct Chance {
    memory: Memory,
    bus: Arc<ChanceBus>,
}

impl Connector for Chance {
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

async fn check(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let bus = ChanceBus { rng: Mutex::new(rng.fork()), accepted: Mutex::default() };
    let world = Chance { memory: Memory::seeded(seed), bus: Arc::new(bus) };
    let prepared = Prepared::<Subject>::new(&world).expect("is in memory");
    let events: Vec<usize> = (0..rng.usize(1..30)).map(|_| rng.usize(0..=13)).collect();
    let mut complete = 0;
    for _ in 0..1_000 {
        let size = rng.usize(1..=20).min(events.len() - complete);
        let delivered = complete..complete + size;
        let data: Vec<String> = delivered
            .clone()
            .map(|number| {
                let (events, fail) = (events[number], rng.u8(0..20) == 0);
                let seconds = if rng.u8(0..10) == 0 { rng.u8(1..20) } else { 0 };
                format!(
                    r#"{{"number":{number},"events":{events},"fail":{fail},"seconds":{seconds}}}"#
                )
            })
            .collect();
        if rng.u8(0..6) == 0 {
            world.memory.fail_next(refusal(&mut rng));
        }
        world.bus.accepted.lock().unwrap().clear();
        let records = records(data.iter().map(String::as_str));
        let clock = world.memory.clock();
        let frame = frame(clock.now() + Duration::from_secs(30), clock);
        let response = batch::<Subject>(&prepared, Batch { records }, &frame).await;
        let checkpoint = match response.batch_item_failures.as_slice() {
            [] => size,
            [failure] => failure.item_identifier.parse().expect("a sequence number"),
            more => panic!("seed {seed}: {} checkpoints", more.len()),
        };
        let accepted = world.bus.accepted.lock().unwrap().clone();
        let seen: Vec<u32> = world.memory.items::<Seen>().iter().map(|seen| seen.number).collect();
        for number in delivered.start..delivered.start + checkpoint {
            let number = number as u32;
            assert!(seen.contains(&number), "seed {seed}: record {number} was not handled");
            let accepted = accepted.iter().filter(|accepted| **accepted == number).count();
            assert_eq!(accepted, events[number as usize], "seed {seed}: events of {number}");
        }
        complete += checkpoint;
        if complete == events.len() {
            return;
        }
    }
    panic!("seed {seed}: the shard does not move on from record {complete}");
}

#[tokio::test]
async fn what_is_complete_was_done_and_all_is_done_in_the_end() {
    for seed in 0..300 {
        check(seed).await;
    }
}
