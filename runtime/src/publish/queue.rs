//! The published events of a batch, on their way to the bus.

use super::{MOST_BYTES, MOST_ENTRIES, Outbox, Queued};
use crate::{
    Result,
    call::{Call, CallError, EventEntry, Reply},
    dispatch::Frame,
    retry::{pause, retry},
};

/// Events in the order of the records that published them.
#[derive(Default)]
pub(crate) struct Queue(Vec<(usize, Queued)>);

impl Queue {
    /// Adds what the record at `position` published.
    pub(crate) fn add(&mut self, position: usize, events: Vec<Queued>) {
        self.0.extend(events.into_iter().map(|event| (position, event)));
    }

    /// Sends as many calls as can be filled. Returns the lowest position with an event that was
    /// not accepted.
    pub(crate) async fn send_full_calls(&mut self, frame: &Frame) -> Option<usize> {
        let mut refused = None;
        while refused.is_none() && self.0.len() >= MOST_ENTRIES {
            refused = self.send_one_call(frame).await;
        }
        refused
    }

    /// Sends everything, up to the first refusal. Returns the lowest position with an event that
    /// was not accepted.
    pub(crate) async fn send_all(&mut self, frame: &Frame) -> Option<usize> {
        let mut refused = None;
        while refused.is_none() && !self.0.is_empty() {
            refused = self.send_one_call(frame).await;
        }
        refused
    }

    /// The number of events at the front that fit one call.
    fn one_call(&self) -> usize {
        let mut bytes = 0;
        self.0
            .iter()
            .take(MOST_ENTRIES)
            .take_while(|(_, event)| {
                bytes += event.entry.size();
                bytes < MOST_BYTES
            })
            .count()
            // A single event is below the limit: that was checked when it was published.
            .max(1)
    }

    /// Sends the events of one call. Those that are refused for the moment are sent again, alone,
    /// until there is no time.
    async fn send_one_call(&mut self, frame: &Frame) -> Option<usize> {
        let count = self.one_call().min(self.0.len());
        let mut waiting: Vec<(usize, Queued)> = self.0.drain(..count).collect();
        let mut refused: Option<usize> = None;
        let mut attempt = 0;
        while let Some((_, Queued { port, .. })) = waiting.first() {
            let port = port.clone();
            let entries: Vec<EventEntry> =
                waiting.iter().map(|(_, event)| event.entry.clone()).collect();
            let call = Call::PutEvents(entries);
            let results =
                match retry(&*frame.clock, frame.deadline, || port.call(call.clone())).await {
                    Ok(Reply::Events(results)) if results.len() == waiting.len() => results,
                    Ok(other) => {
                        tracing::error!(?other, "PutEvents answered something else");
                        return lowest(refused, &waiting);
                    }
                    Err(error) => {
                        tracing::error!(%error, "PutEvents failed");
                        return lowest(refused, &waiting);
                    }
                };
            let mut again = Vec::new();
            for ((position, event), result) in waiting.into_iter().zip(results) {
                match result {
                    Ok(()) => {}
                    Err(error) if error.is_transient() => again.push((position, event)),
                    Err(error) => {
                        report(&event.entry, &error);
                        refused = Some(refused.map_or(position, |lowest| lowest.min(position)));
                    }
                }
            }
            waiting = again;
            attempt += 1;
            if !waiting.is_empty() && !pause(&*frame.clock, frame.deadline, attempt).await {
                tracing::error!(events = waiting.len(), "no time left to publish");
                return lowest(refused, &waiting);
            }
        }
        refused
    }
}

/// Sends what one record or event published, apart from all others.
pub(crate) async fn send(outbox: &Outbox, frame: &Frame) -> Result<()> {
    let mut queue = Queue::default();
    queue.add(0, outbox.take());
    match queue.send_all(frame).await {
        None => Ok(()),
        Some(_) => Err("the bus did not accept what the handler published".into()),
    }
}

fn report(entry: &EventEntry, error: &CallError) {
    tracing::error!(event = entry.event, %error, "the bus refused an event");
}

fn lowest(refused: Option<usize>, waiting: &[(usize, Queued)]) -> Option<usize> {
    refused.into_iter().chain(waiting.iter().map(|(position, _)| *position)).min()
}
