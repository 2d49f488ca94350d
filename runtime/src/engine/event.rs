//! An event on a bus.

use std::{borrow::Cow, sync::Arc, time::SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

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
    pub fn read(json: &str) -> Option<Self> {
        let written: Written<'_> = serde_json::from_str(json).ok()?;
        Some(Self {
            id: written.id.into_owned(),
            source: written.source.into_owned(),
            detail_type: written.detail_type.into_owned(),
            detail: written.detail.get().to_owned(),
            time: humantime::parse_rfc3339(&written.time).ok()?,
            resources: written.resources.iter().map(|it| it.clone().into_owned()).collect(),
            trace: None,
        })
    }

    /// The whole of it as JSON, its detail digit by digit as it was put.
    #[must_use]
    pub fn text(&self, place: &Place) -> String {
        let time = humantime::format_rfc3339_seconds(self.time).to_string();
        let detail: &RawValue = serde_json::from_str(&self.detail).unwrap_or(RawValue::NULL);
        let written = Written {
            version: "0".into(),
            id: self.id.as_str().into(),
            detail_type: self.detail_type.as_str().into(),
            source: self.source.as_str().into(),
            account: place.account.as_str().into(),
            time: time.into(),
            region: place.region.as_str().into(),
            resources: self.resources.iter().map(|it| it.as_str().into()).collect(),
            detail,
        };
        // Texts can be written.
        serde_json::to_string(&written).unwrap_or_default()
    }
}

/// An event as EventBridge delivers it.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow, default)]
    version: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "detail-type")]
    detail_type: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, default)]
    account: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow, default)]
    region: Cow<'a, str>,
    #[serde(borrow, default)]
    resources: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    detail: &'a RawValue,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_back_digit_by_digit() {
        let event = Event {
            id: "1".into(),
            source: "shop".into(),
            detail_type: "Ação \"x\"".into(),
            detail: r#"{"id":12345678901234567890123,"price":0.10}"#.into(),
            time: SystemTime::UNIX_EPOCH,
            resources: vec!["arn:a".into()],
            trace: None,
        };
        let text = event.text(&Place::default());
        assert!(text.contains(r#""detail":{"id":12345678901234567890123,"price":0.10}"#), "{text}");
        assert_eq!(Event::read(&text), Some(event));
        assert_eq!(Event::read("{}"), None);
    }
}
