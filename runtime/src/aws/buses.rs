//! EventBridge.

use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};

use super::{
    config::{Config, client},
    elsewhere,
    error::translate,
};
use crate::{
    call::{Call, CallError, EventEntry, Port, Reply},
    clock::BoxFuture,
};

/// The client of EventBridge.
pub(super) struct Buses(Client);

impl Buses {
    pub(super) fn new(config: &Config) -> Self {
        Self(client!(aws_sdk_eventbridge, "EVENTBRIDGE", config))
    }

    async fn put(&self, entries: &[EventEntry]) -> Result<Reply, CallError> {
        let entries = entries
            .iter()
            .map(|entry| {
                PutEventsRequestEntry::builder()
                    .event_bus_name(&*entry.bus.name)
                    .source(entry.source)
                    .detail_type(entry.detail_type)
                    .detail(&*entry.detail)
                    .set_trace_header(entry.trace.as_deref().map(str::to_owned))
                    .build()
            })
            .collect();
        let answer = self
            .0
            .put_events()
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| translate(&error))?;
        let results = answer
            .entries()
            .iter()
            .map(|entry| match entry.error_code() {
                // The call as a whole succeeded; a fault of one entry has no status of its own.
                Some(code) => {
                    Err(CallError::by_code(code, entry.error_message().unwrap_or_default(), 200))
                }
                None => Ok(()),
            })
            .collect();
        Ok(Reply::Events(results))
    }
}

impl Port for Buses {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            match call {
                Call::PutEvents(entries) => self.put(&entries).await,
                _ => Err(elsewhere()),
            }
        })
    }
}
