//! What is kept of an engine, so that another one goes on where it ended.

use std::{collections::BTreeMap, future::poll_fn, task::Poll, time::Duration};

use esteira::engine::{Change, Engine, NotRestored, Options};
use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::application::{Seen, Sensor};

fn columns(id: i64, reading: i64) -> Map<String, Value> {
    match json!({ "id": id, "reading": reading }) {
        Value::Object(columns) => columns,
        _ => Map::new(),
    }
}

/// What would be on the disk.
#[derive(Default)]
struct Disk(BTreeMap<String, Vec<u8>>);

impl Disk {
    fn write(&mut self, engine: &mut Engine) {
        let place = engine.place().clone();
        for (key, kept) in engine.take_journal() {
            match kept {
                Some(kept) => self.0.insert(key, kept.bytes(&place)),
                None => self.0.remove(&key),
            };
        }
    }

    fn start(&self) -> Engine {
        let mut engine = Engine::new(Options::default()).unwrap();
        for (key, bytes) in &self.0 {
            engine.restore(key, bytes).unwrap();
        }
        engine.begin_journal();
        engine
    }

    fn count(&self, kind: &str) -> usize {
        self.0.keys().filter(|key| key.starts_with(kind)).count()
    }
}

async fn turn(engine: &mut Engine) {
    poll_fn(|context| Poll::Ready(engine.turn(context))).await;
}

#[tokio::test]
async fn an_engine_that_is_ended_at_any_time_loses_nothing_and_counts_nothing_twice() {
    let row = <Sensor as esteira::Row>::ID;
    for seed in 0..50 {
        let mut random = Rng::with_seed(seed);
        let mut disk = Disk::default();
        let mut engine = disk.start();
        let mut given = 0;
        while given < 60 || !engine.is_idle() {
            for _ in 0..random.usize(0..8).min(60 - given) {
                let id = given as i64;
                engine.capture(row, &Change::Insert(columns(id, 90 + id))).unwrap();
                given += 1;
            }
            turn(&mut engine).await;
            disk.write(&mut engine);
            // What happens after the last time is as if it had not been.
            if random.u8(0..4) == 0 {
                if random.bool() && given < 60 {
                    engine.capture(row, &Change::Insert(columns(given as i64, 5))).unwrap();
                    turn(&mut engine).await;
                }
                engine = disk.start();
            }
        }
        let seen: Vec<i64> = engine.memory().items::<Seen>().iter().map(|it| it.sensor).collect();
        assert_eq!(seen, (0..60).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(disk.count("record/") + disk.count("event/"), 0, "all is done");
        assert_eq!(disk.count("item/"), 60);
    }
}

#[tokio::test]
async fn what_was_given_up_is_kept_with_the_rest() {
    let mut disk = Disk::default();
    let mut engine = disk.start();
    let doubtful = engine.streams().position(|stream| stream.name == "Doubtful").unwrap();
    let doubt = engine.handlers().position(|handler| handler == "doubt").unwrap();
    engine.put_record(doubtful, "a", None, b"x".to_vec());
    turn(&mut engine).await;
    engine.skip(Duration::from_secs(5));
    turn(&mut engine).await;
    disk.write(&mut engine);
    let mut engine = disk.start();
    assert_eq!(engine.given_up(doubt), [json!("x")]);
    assert_eq!(engine.redrive(doubt), 1);
    disk.write(&mut engine);
    assert_eq!((disk.count("object/"), disk.count("record/")), (0, 1));
}

#[tokio::test]
async fn a_stream_with_other_shards_gets_its_records_back() {
    let row = <Sensor as esteira::Row>::ID;
    let mut disk = Disk::default();
    let mut engine = disk.start();
    for id in 0..20 {
        engine.capture(row, &Change::Insert(columns(id, 5))).unwrap();
    }
    disk.write(&mut engine);
    assert_eq!(disk.count("record/"), 40, "one for each function of the stream");
    for shards in [1, 3] {
        let readings = engine.streams().find(|stream| stream.name == "Readings").unwrap().id;
        let shards = [(readings.to_owned(), shards)].into();
        let mut engine = Engine::new(Options { shards, ..Options::default() }).unwrap();
        for (key, bytes) in &disk.0 {
            engine.restore(key, bytes).unwrap();
        }
        while !engine.is_idle() {
            turn(&mut engine).await;
        }
        assert_eq!(engine.memory().items::<Seen>().len(), 20);
    }
}

#[tokio::test]
async fn what_is_no_longer_declared_is_named() {
    let mut engine = Engine::new(Options::default()).unwrap();
    let error = engine.restore("item/gone::Table/key", b"{}").unwrap_err();
    assert_eq!(error, NotRestored::Gone("the table `gone::Table`".into()));
    for (key, bytes) in [("nonsense", "{}"), ("record/a/b", "["), ("other/a/b", "{}")] {
        let error = engine.restore(key, bytes.as_bytes()).unwrap_err();
        assert_eq!(error, NotRestored::Unreadable(key.into()));
    }
}
