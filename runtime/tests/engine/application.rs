//! A small application: readings of sensors, some of which are an alarm.

use esteira::{
    Aurora, Bus, Capture, Change, Context, Detail, Event, Json, Notify, Publish, Put, Result, Row,
    Stream, Table, Topic, Vpc, on_event, on_kinesis, testing::Pipeline,
};
use serde::{Deserialize, Serialize};

#[derive(Vpc)]
#[vpc(cidr = "10.0.0.0/16", azs = 2)]
pub(crate) struct Network;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "plant", instances = 1)]
pub(crate) struct Database;

#[derive(Stream)]
#[stream(name = "Readings", shards = 2)]
pub(crate) struct Readings;

#[derive(Stream)]
#[stream(name = "Doubtful", shards = 1)]
pub(crate) struct Doubtful;

#[derive(Capture)]
#[capture(from = Database, tables(Sensor), into = Readings)]
pub(crate) struct Captured;

#[derive(Row, Serialize, Deserialize)]
#[row(table = "sensors", key = id)]
pub(crate) struct Sensor {
    pub(crate) id: i64,
    pub(crate) reading: i64,
}

#[derive(Bus)]
#[bus(name = "Plant")]
pub(crate) struct Plant;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Plant, source = "plant.sensors", detail_type = "Too Hot")]
pub(crate) struct TooHot {
    pub(crate) sensor: i64,
    pub(crate) reading: i64,
}

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Plant, source = "plant.people", detail_type = "Called", external)]
pub(crate) struct Called {
    pub(crate) how: How,
}

#[derive(Detail, Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    Well,
    NeverEnding,
    Panicking,
}

#[derive(Table, Serialize, Deserialize, PartialEq, Debug)]
#[table(name = "Seen", partition_key = sensor, sort_key = number)]
pub(crate) struct Seen {
    pub(crate) sensor: i64,
    pub(crate) number: i64,
}

#[derive(Topic)]
#[topic(name = "Alarms")]
pub(crate) struct Alarms;

#[on_kinesis(stream = Readings, batch_size = 10, retries = 3)]
async fn watch(change: Change<Sensor>, hot: Publish<TooHot>, seen: Put<Seen>) -> Result<()> {
    if let Change::Insert(Sensor { id: sensor, reading }) = change {
        seen.put(&Seen { sensor, number: reading }).await?;
        if reading > 100 {
            hot.publish(&TooHot { sensor, reading })?;
        }
    }
    Ok(())
}

/// Beside it, on the same stream.
#[on_kinesis(stream = Readings, batch_size = 100)]
async fn count(change: Change<Sensor>, ctx: Context) -> Result<()> {
    let Change::Insert(_) = change else { return Ok(()) };
    ctx.count("Readings", 1);
    Ok(())
}

#[on_kinesis(stream = Doubtful, batch_size = 10, batching_window = 5, retries = 0, max_age = 60)]
async fn doubt(Json(number): Json<i64>, seen: Put<Seen>) -> Result<()> {
    seen.put(&Seen { sensor: 0, number }).await?;
    Ok(())
}

#[on_event(rule = TooHot { reading: [{ numeric: ["<", 1000] }] })]
async fn alarm(hot: TooHot, alarms: Notify<Alarms>) -> Result<()> {
    alarms.notify(format!("sensor {} reads {}", hot.sensor, hot.reading)).await?;
    Ok(())
}

#[on_event(rule = Called, timeout = 10, reserved_concurrency = 2, retries = 1)]
async fn answer(called: Called, seen: Put<Seen>) -> Result<()> {
    match called.how {
        How::Well => {}
        How::NeverEnding => std::future::pending().await,
        How::Panicking => panic!("I cannot"),
    }
    seen.put(&Seen { sensor: -1, number: 1 }).await?;
    Ok(())
}

pub(crate) fn plant() -> Pipeline {
    Pipeline::new().expect("the application fits together")
}

/// The readings that were seen, in order.
pub(crate) fn seen(plant: &Pipeline) -> Vec<(i64, i64)> {
    let seen = plant.memory().items::<Seen>();
    seen.into_iter().map(|seen| (seen.sensor, seen.number)).collect()
}

pub(crate) fn sensor(id: i64, reading: i64) -> Sensor {
    Sensor { id, reading }
}
