//! One call of PutEvents, until each of its events is accepted or refused.

use super::{Queued, queue::Waiting};
use crate::{
    Result,
    call::{Call, EventEntry, Reply},
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
    let mut sent: Vec<Sent> = events
        .iter()
        .map(|Waiting { position, lane, .. }| Sent {
            position: *position,
            lane: *lane,
            accepted: false,
        })
        .collect();
    let mut waiting: Vec<(usize, Queued)> =
        events.into_iter().map(|waiting| waiting.event).enumerate().collect();
    let mut attempt = 0;
    while let Some((_, Queued { port, .. })) = waiting.first() {
        let port = port.clone();
        let entries = waiting.iter().map(|(_, event)| entry(event, frame)).collect();
        let call = Call::PutEvents(entries);
        let results = match retry(&*frame.clock, frame.deadline, || port.call(call.clone())).await {
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
        for ((index, event), result) in waiting.into_iter().zip(results) {
            match result {
                Ok(()) => sent[index].accepted = true,
                Err(error) if error.is_transient() => again.push((index, event)),
                Err(error) => {
                    tracing::error!(event = event.entry.event, %error, "the bus refused an event");
                }
            }
        }
        waiting = again;
        if waiting.is_empty() {
            break;
        }
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

/// An event as it is sent in this invocation: its trace goes on where the event goes.
fn entry(event: &Queued, frame: &Frame) -> EventEntry {
    EventEntry { trace: frame.trace.clone(), ..event.entry.clone() }
}

/// Sends the events of a single record or event.
///
/// # Errors
///
/// The bus has not accepted one of them.
pub(crate) async fn send_all(events: Vec<Queued>, frame: &Frame) -> Result<()> {
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
}
