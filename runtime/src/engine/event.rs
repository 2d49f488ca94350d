//! An event on a bus.

use std::{sync::Arc, time::SystemTime};

use serde_json::{Value, json};

use super::place::Place;

/// An event that a bus accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Given by the bus: an event that is put again has another one.
    pub id: String,
    /// Who says it.
    pub source: String,
    /// What it is about.
    pub detail_type: String,
    /// JSON, an object.
    pub detail: String,
    /// When it was put.
    pub time: SystemTime,
    /// What it is about, by ARN.
    pub resources: Vec<String>,
    /// The trace it is part of.
    pub trace: Option<Arc<str>>,
}

impl Event {
    /// As EventBridge delivers it, but for the detail, which is read by those who need it.
    /// <https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html>
    pub(super) fn envelope(&self, place: &Place, detail: Value) -> Value {
        json!({
            "version": "0",
            "id": self.id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": place.account,
            "time": humantime::format_rfc3339_seconds(self.time).to_string(),
            "region": place.region,
            "resources": self.resources,
            "detail": detail,
        })
    }

    /// An event from its JSON, if it is one.
    #[must_use]
    pub fn read(json: &Value) -> Option<Self> {
        let text = |name: &str| Some(json[name].as_str()?.to_owned());
        let resources = json["resources"].as_array().into_iter().flatten();
        Some(Self {
            id: text("id")?,
            source: text("source")?,
            detail_type: text("detail-type")?,
            detail: json.get("detail")?.to_string(),
            time: humantime::parse_rfc3339(json["time"].as_str()?).ok()?,
            resources: resources.filter_map(|it| Some(it.as_str()?.to_owned())).collect(),
            trace: None,
        })
    }

    /// The whole of it as JSON.
    #[must_use]
    pub fn json(&self, place: &Place) -> Value {
        self.envelope(place, serde_json::from_str(&self.detail).unwrap_or_default())
    }
}
