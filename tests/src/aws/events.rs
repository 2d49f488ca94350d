use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::Aws;

/// An event as somebody else puts it on a bus.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'a> {
    /// Who says it.
    pub source: &'a str,
    /// What happened.
    pub detail_type: &'a str,
    /// More about it.
    pub detail: Value,
}

impl Aws {
    /// Puts up to ten events on a bus in one call.
    ///
    /// # Errors
    ///
    /// The bus does not take all of them.
    pub fn put_events(&self, bus: &str, events: &[Event<'_>]) -> anyhow::Result<()> {
        let entries: Vec<Value> = events
            .iter()
            .map(|event| {
                json!({
                    "EventBusName": bus,
                    "Source": event.source,
                    "DetailType": event.detail_type,
                    "Detail": event.detail.to_string(),
                })
            })
            .collect();
        let answer = self.json("events", "AWSEvents.PutEvents", &json!({ "Entries": entries }))?;
        ensure!(answer["FailedEntryCount"] == 0, "PutEvents: {answer}");
        Ok(())
    }

    /// The names of all buses but the account's own.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn buses(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.json("events", "AWSEvents.ListEventBuses", &json!({}))?;
        let buses = answer["EventBuses"].as_array().context("no EventBuses")?;
        Ok(buses
            .iter()
            .filter_map(|it| it["Name"].as_str())
            .filter(|name| *name != "default")
            .map(str::to_owned)
            .collect())
    }
}
