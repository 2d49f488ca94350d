//! What is done with readings.

use esteira::{Json, Notify, Publish, Put, Result, Update, on_event, on_kinesis};
use serde::Deserialize;

use crate::plant::{Alive, Heartbeats, Measurement, OnDuty, Overheated, Place, Readings, Severity};

/// A record of the stream of readings.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reading {
    sensor: u64,
    at: u64,
    celsius: f64,
    place: Option<Place>,
}

#[on_kinesis(stream = Readings, batch_size = 500, memory = 512, timeout = 60)]
async fn keep_reading(
    Json(reading): Json<Reading>,
    history: Put<Measurement>,
    alarms: Publish<Overheated>,
) -> Result<()> {
    let Reading { sensor, at, celsius, place } = reading.possible();
    history.put(&Measurement { sensor, at, celsius }).await?;
    if celsius > 90.0 {
        let severity = if celsius > 120.0 { Severity::Critical } else { Severity::Warning };
        alarms.publish(&Overheated { sensor_id: sensor, celsius, severity, place })?;
    }
    Ok(())
}

/// A record of the stream of heartbeats.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Heartbeat {
    sensor: String,
}

#[on_kinesis(stream = Heartbeats)]
async fn count_heartbeat(beat: Json<Heartbeat>, alive: Update<Alive>) -> Result<()> {
    alive.update(Alive::key(beat.0.sensor)).set(|sensor| sensor.beats.plus(1)).await?;
    Ok(())
}

#[on_event(
    name = "WakeSomebody",
    rule = Overheated {
        severity: ["critical"],
        celsius: [{ numeric: [">=", 120, "<", 1000.5] }],
        place: { hall_name: [{ prefix: "Oven" }, { anything_but: ["Test"] }], level: [-1, 0] },
    },
    idempotent(key = |alarm| format!("{} at {}", alarm.sensor_id, alarm.celsius), ttl = 3_600)
)]
async fn wake_somebody(alarm: Overheated, on_duty: Notify<OnDuty>) -> Result<()> {
    on_duty.notify(format!("sensor {} at {} °C", alarm.sensor_id, alarm.celsius)).await?;
    Ok(())
}

/// Nothing is colder, in °C.
const ABSOLUTE_ZERO: f64 = -273.15;

impl Reading {
    /// The reading, which the gateways of the plant have checked.
    fn possible(self) -> Self {
        let Self { sensor, celsius, .. } = self;
        assert!(celsius >= ABSOLUTE_ZERO, "sensor {sensor} measured {celsius} °C");
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    fn reading(celsius: f64) -> Json<Reading> {
        Json(Reading { sensor: 3, at: 1_000, celsius, place: None })
    }

    #[tokio::test]
    async fn a_hot_reading_is_kept_and_announced() {
        let memory = Memory::new();
        let (history, alarms) = (Put::in_memory(&memory), Publish::in_memory(&memory));
        keep_reading(reading(20.5), history.clone(), alarms.clone()).await.expect("is kept");
        keep_reading(reading(121.0), history, alarms).await.expect("is kept");
        assert_eq!(memory.items::<Measurement>()[0].celsius, 121.0);
        assert_eq!(memory.events::<Overheated>()[0].severity, Severity::Critical);
    }

    #[test]
    #[should_panic = "sensor 3 measured -300 °C"]
    fn what_is_impossible_was_not_checked() {
        reading(-300.0).0.possible();
    }

    #[tokio::test]
    async fn heartbeats_are_counted_from_nothing() {
        let memory = Memory::new();
        for beats in 1..=3 {
            let beat = Json(Heartbeat { sensor: "a".into() });
            count_heartbeat(beat, Update::in_memory(&memory)).await.expect("is counted");
            assert_eq!(memory.items::<Alive>(), [Alive { sensor: "a".into(), beats }]);
        }
    }

    #[tokio::test]
    async fn somebody_is_told_which_sensor() {
        let memory = Memory::new();
        let alarm =
            Overheated { sensor_id: 3, celsius: 121.5, severity: Severity::Critical, place: None };
        wake_somebody(alarm, Notify::in_memory(&memory)).await.expect("is told");
        assert_eq!(memory.messages::<OnDuty>()[0].body, "sensor 3 at 121.5 °C");
    }
}
