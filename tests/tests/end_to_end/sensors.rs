//! The sensors of a plant: two streams, a rule on nested fields, numeric keys, and events of a
//! tool that is not ours.

use anyhow::{Context, ensure};
use esteira_tests::aws::{Aws, Event, Item};
use esteira_tests::emulator::Emulator;
use esteira_tests::wait;
use serde_json::{Value, json};

const READINGS: &str = "dev-Readings";
const HEARTBEATS: &str = "dev-Heartbeats";
const BUS: &str = "dev-Plant";
const HISTORY: &str = "dev-History";
const ALIVE: &str = "dev-Alive";
const TOPIC: &str = "dev-OnDuty";
const KEEP: &str = "dev-KeepReading";
const COUNT: &str = "dev-CountHeartbeat";
const WAKE: &str = "dev-WakeSomebody";
const FORGET: &str = "dev-ForgetSensor";
const REPORT: &str = "dev-ReportQuietSensors";

/// The shards of the stream of readings. Each is read by runs of its own.
const SHARDS: usize = 4;

/// When each sensor measured: in another order as text, and the last one no 64-bit float.
const TIMES: [u64; 3] = [9, 10, 9_007_199_254_740_993];

/// What each sensor measured before the last time.
const CALM: f64 = 20.5;

/// Sensors by what they measure last. Their numbers spread over all shards.
const SENSORS: [Sensor; 9] = [
    Sensor { id: 1, celsius: CALM, place: Some(("Oven 3", 0)), alarms: false },
    // A mere warning.
    Sensor { id: 2, celsius: 95.0, place: Some(("Oven 3", 0)), alarms: false },
    Sensor { id: 3, celsius: 121.5, place: Some(("Oven 3", 0)), alarms: true },
    Sensor { id: 4, celsius: 130.25, place: Some(("Test", 0)), alarms: false },
    // The rule excludes one name, not what begins with it.
    Sensor { id: 5, celsius: 130.25, place: Some(("Test oven", -1)), alarms: true },
    Sensor { id: 6, celsius: 130.25, place: Some(("Oven 1", 2)), alarms: false },
    Sensor { id: 7, celsius: 130.25, place: None, alarms: false },
    // The first value beyond the range, and one within it.
    Sensor { id: 8, celsius: 1000.5, place: Some(("Oven 1", 0)), alarms: false },
    Sensor { id: 9, celsius: 1000.25, place: Some(("Foundry", 0)), alarms: true },
];

pub(crate) fn scenario(emulator: &Emulator) -> anyhow::Result<()> {
    let aws = emulator.aws();
    let queue = aws.listen(TOPIC, "notifications")?;
    let plant = Plant { aws, queue };
    plant.readings_are_kept_and_some_wake_somebody().context("readings")?;
    plant.heartbeats_are_counted().context("heartbeats")?;
    plant.quiet_sensors_are_told_of().context("the end of a shift")?;
    plant.another_tool_makes_sensors_forgotten().context("work orders")
}

struct Sensor {
    id: u64,
    celsius: f64,
    /// The hall and the level in it.
    place: Option<(&'static str, i8)>,
    alarms: bool,
}

impl Sensor {
    fn measured(&self) -> [(u64, f64); TIMES.len()] {
        let [first, second, last] = TIMES;
        [(first, CALM), (second, CALM), (last, self.celsius)]
    }

    fn readings(&self) -> impl Iterator<Item = Value> {
        let place = self.place.map(|(hall, level)| json!({ "hall-name": hall, "level": level }));
        self.measured().into_iter().map(move |(at, celsius)| {
            json!({ "sensor": self.id, "at": at, "celsius": celsius, "place": place })
        })
    }

    fn history(&self) -> Vec<Item> {
        let item = |(at, celsius): (u64, f64)| {
            let attributes = [
                ("sensor", self.id.to_string()),
                ("at", at.to_string()),
                ("celsius", celsius.to_string()),
            ];
            attributes.map(|(name, number)| (name.to_owned(), json!(number))).into()
        };
        self.measured().map(item).into()
    }
}

/// The deployed application, with a queue on its topic.
struct Plant {
    aws: Aws,
    queue: String,
}

impl Plant {
    fn readings_are_kept_and_some_wake_somebody(&self) -> anyhow::Result<()> {
        let readings: Vec<Value> = SENSORS.iter().flat_map(Sensor::readings).collect();
        let alarming = || SENSORS.iter().filter(|sensor| sensor.alarms);
        wait::until_quiet(&self.aws, &[(KEEP, SHARDS), (WAKE, alarming().count())], || {
            self.aws.put_records(READINGS, &readings, |reading| reading["sensor"].to_string())
        })?;
        self.expect_histories(&[])?;
        // An alarm may be repeated with its event, but none may be missing and none be too much.
        let notifications = self.aws.notifications(&self.queue)?;
        let mut texts: Vec<&str> =
            notifications.iter().filter_map(|it| it["Message"].as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        let expected: Vec<String> = alarming()
            .map(|sensor| format!("sensor {} at {} °C", sensor.id, sensor.celsius))
            .collect();
        ensure!(texts == expected, "expected {expected:?}, found {notifications:?}");
        Ok(())
    }

    fn heartbeats_are_counted(&self) -> anyhow::Result<()> {
        let beats: Vec<Value> =
            ["3", "5", "3", "3"].iter().map(|sensor| json!({ "sensor": sensor })).collect();
        wait::until_quiet(&self.aws, &[(COUNT, 1)], || {
            self.aws.put_records(HEARTBEATS, &beats, |_| "1".into())
        })?;
        for (sensor, beats) in [("3", "3"), ("5", "1")] {
            let found = self.aws.items(ALIVE, "sensor", &json!({ "S": sensor }))?;
            let expected = [("sensor", sensor), ("beats", beats)];
            let expected: Item =
                expected.map(|(name, value)| (name.to_owned(), json!(value))).into();
            ensure!(found == [expected], "sensor {sensor} has {found:?}");
        }
        Ok(())
    }

    /// Sensor 5 has one beat, sensor 3 has three: a client of the application's own lists both.
    fn quiet_sensors_are_told_of(&self) -> anyhow::Result<()> {
        let event = Event {
            source: "maintenance.tool",
            detail_type: "Shift Ended",
            detail: json!({ "beats": 2 }),
        };
        wait::until_quiet(&self.aws, &[(REPORT, 1)], || self.aws.put_events(BUS, &[event]))?;
        let notifications = self.aws.notifications(&self.queue)?;
        let told = notifications.iter().any(|it| it["Message"] == "quiet: 5");
        ensure!(told, "{notifications:?}");
        Ok(())
    }

    fn another_tool_makes_sensors_forgotten(&self) -> anyhow::Result<()> {
        let closed = |sensor: u64, kind: &str, cost: f64| Event {
            source: "maintenance.tool",
            detail_type: "Work Order Closed",
            detail: json!({ "kind": kind, "cost": cost, "sensor": sensor }),
        };
        let events = [
            // None of these is what the rule asks for.
            closed(1, "inspect", 10.0),
            closed(2, "retire", 10_000.0),
            Event { source: "purchase.tool", ..closed(4, "retire", 10.0) },
            Event { detail_type: "Closed Work Order", ..closed(6, "retire", 10.0) },
            // This one is, but the sensor beats.
            closed(3, "retire", 10.0),
            closed(8, "retire", 10.0),
            Event { detail_type: "Work Order", ..closed(9, "replace", 9_999.5) },
        ];
        wait::until_quiet(&self.aws, &[(FORGET, 3)], || self.aws.put_events(BUS, &events))?;
        self.expect_histories(&[8, 9])?;
        let runs = self.aws.invocations(FORGET)?;
        let refused = runs.iter().flat_map(|it| &it.lines).any(|it| it.contains("3 still beats"));
        ensure!(refused, "{runs:?}");
        Ok(())
    }

    /// Every sensor's history is what it measured; that of the forgotten ones is empty.
    fn expect_histories(&self, forgotten: &[u64]) -> anyhow::Result<()> {
        for sensor in &SENSORS {
            let key = json!({ "N": sensor.id.to_string() });
            let found = self.aws.items(HISTORY, "sensor", &key)?;
            let expected =
                if forgotten.contains(&sensor.id) { Vec::new() } else { sensor.history() };
            ensure!(found == expected, "sensor {} has {found:?}, not {expected:?}", sensor.id);
        }
        Ok(())
    }
}
