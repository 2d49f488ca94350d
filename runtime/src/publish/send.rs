//! One call of PutEvents, until each of its events is accepted or refused.

use std::sync::Arc;

use super::{Queued, queue::Waiting};
use crate::{
    Result,
    call::{Call, EventEntry, Reply},
    clock::BoxFuture,
    dispatch::Frame,
    metrics,
    retry::{pause, retry},
};

/// What became of an event.
pub(crate) struct Sent {
    pub(crate) position: usize,
    pub(crate) lane: usize,
    pub(crate) accepted: bool,
}

/// Sends the events of one call. Those that are refused for the moment are sent again, alone,
/// until there is no time.
pub(crate) async fn send(events: Vec<Waiting>, frame: &Frame) -> Vec<Sent> {
    let Some(port) = events.first().map(|first| first.event.port.clone()) else {
        return Vec::new();
    };
    let mut sent = Vec::with_capacity(events.len());
    let mut entries = Vec::with_capacity(events.len());
    for Waiting { position, lane, event } in events {
        sent.push(Sent { position, lane, accepted: false });
        // Its trace goes on where the event goes.
        entries.push(EventEntry { trace: frame.trace.clone(), ..event.entry });
    }
    let mut entries = Arc::new(entries);
    // Of each entry, where it is in `sent`.
    let mut waiting: Vec<usize> = (0..sent.len()).collect();
    let mut attempt = 0;
    loop {
        let call = || port.call(Call::PutEvents(entries.clone()));
        let results = match retry(&*frame.clock, frame.deadline, call).await {
            Ok(Reply::Events(results)) if results.len() == waiting.len() => results,
            Ok(other) => {
                tracing::error!(?other, "PutEvents answered something else");
                break;
            }
            Err(error) => {
                tracing::error!(events = waiting.len(), %error, "PutEvents failed");
                break;
            }
        };
        let mut again = Vec::new();
        for (at, result) in results.into_iter().enumerate() {
            match result {
                Ok(()) => sent[waiting[at]].accepted = true,
                Err(error) if error.is_transient() => again.push(at),
                Err(error) => {
                    tracing::error!(event = entries[at].event, %error, "the bus refused an event");
                }
            }
        }
        if again.is_empty() {
            break;
        }
        entries = Arc::new(again.iter().map(|at| entries[*at].clone()).collect());
        waiting = again.into_iter().map(|at| waiting[at]).collect();
        attempt += 1;
        frame.metrics.add(metrics::EVENTS_REPEATED, waiting.len());
        if !pause(&*frame.clock, frame.deadline, attempt).await {
            tracing::error!(events = waiting.len(), "no time left to publish");
            break;
        }
    }
    let accepted = sent.iter().filter(|event| event.accepted).count();
    frame.metrics.add(metrics::EVENTS_PUBLISHED, accepted);
    frame.metrics.add(metrics::EVENTS_REFUSED, sent.len() - accepted);
    sent
}

/// What sends the events of a single event's handler, and fails if one is not accepted.
pub(super) type SendAll = for<'a> fn(Vec<Queued>, &'a Frame) -> BoxFuture<'a, Result<()>>;

/// See [`SendAll`].
pub(super) fn send_all(events: Vec<Queued>, frame: &Frame) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let mut queue = super::Queue::default();
        queue.add(0, 0, events);
        while let Some(call) = queue.next_call(true) {
            let sent = send(call, frame).await;
            if sent.iter().any(|event| !event.accepted) {
                return Err("the bus did not accept what the handler published".into());
            }
            queue.ended([0]);
        }
        Ok(())
    })
}
