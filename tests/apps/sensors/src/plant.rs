//! The plant: where data flows and rests.

use esteira::{Bus, Detail, Event, Stream, Table, Topic};
use serde::{Deserialize, Serialize};

/// What the sensors measure.
#[derive(Stream)]
#[stream(name = "Readings", shards = 4)]
pub(crate) struct Readings;

/// That the sensors are alive.
#[derive(Stream)]
#[stream(name = "Heartbeats")]
pub(crate) struct Heartbeats;

/// What happens in the plant.
#[derive(Bus)]
#[bus(name = "Plant")]
pub(crate) struct Plant;

/// Who is on duty.
#[derive(Topic)]
#[topic(name = "OnDuty")]
pub(crate) struct OnDuty;

/// Where a sensor stands.
#[derive(Debug, Clone, PartialEq, Detail, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Place {
    pub(crate) hall_name: String,
    pub(crate) level: i8,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Detail, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Warning,
    Critical,
}

/// A sensor measured too much.
#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Plant, source = "plant.sensors", detail_type = "Overheated")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overheated {
    pub(crate) sensor_id: u64,
    pub(crate) celsius: f64,
    pub(crate) severity: Severity,
    #[serde(default)]
    pub(crate) place: Option<Place>,
}

/// The last hours of a sensor.
#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "History", partition_key = sensor, sort_key = at)]
pub(crate) struct Measurement {
    pub(crate) sensor: u64,
    pub(crate) at: u64,
    pub(crate) celsius: f64,
}

/// When a sensor was last heard of: a table without a sort key.
#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Alive", partition_key = sensor)]
pub(crate) struct Alive {
    pub(crate) sensor: String,
    pub(crate) beats: u32,
}
