//! Publishing events.

mod queue;
mod send;

pub(crate) use queue::Queue;
pub(crate) use send::{Sent, send};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    Event, Result,
    call::{CallError, EventEntry, Port},
    dispatch::Frame,
    handle::{Handle, may},
};

/// The most bytes one PutEvents call may carry, all entries together. AWS says less than 1 MB
/// since January 2026 (256 KB before).
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
pub(crate) const MOST_BYTES: usize = 1_000_000;

/// The most entries of one PutEvents call.
pub(crate) const MOST_ENTRIES: usize = 10;

/// Where published events wait until the record they belong to is done.
#[derive(Clone, Default)]
pub(crate) struct Outbox(Arc<Mutex<Vec<Queued>>>);

/// An event, and the port it leaves through.
#[derive(Clone)]
pub(crate) struct Queued {
    port: Arc<dyn Port>,
    entry: EventEntry,
    /// It goes with the event from where that is published, so that a function which publishes
    /// nothing does not have it.
    send_all: send::SendAll,
}

impl Outbox {
    fn entries_mut(&self) -> MutexGuard<'_, Vec<Queued>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what is waiting.
    pub(crate) fn take(&self) -> Vec<Queued> {
        std::mem::take(&mut *self.entries_mut())
    }

    /// Sends what a single event's handler has published.
    ///
    /// # Errors
    ///
    /// The bus has not accepted one of them.
    pub(crate) async fn send_all(&self, frame: &Frame) -> Result<()> {
        let events = self.take();
        match events.first().map(|first| first.send_all) {
            Some(send_all) => send_all(events, frame).await,
            None => Ok(()),
        }
    }

    /// What is waiting.
    pub(crate) fn entries(&self) -> Vec<EventEntry> {
        self.entries_mut().iter().map(|queued| queued.entry.clone()).collect()
    }
}

impl<E: Event, A> Handle<E, A> {
    /// Publishes an event.
    ///
    /// The event is checked and queued at once. It leaves when the handler has returned without
    /// an error, together with those of other records, and the record is complete only when the
    /// bus has accepted all that it published. Delivery is at least once and in no order.
    ///
    /// # Errors
    ///
    /// [`CallError::Invalid`] if the event cannot be written as JSON or is too large: source,
    /// detail type and detail together must stay below 1 MB.
    pub fn publish(&self, event: &E) -> Result<(), CallError>
    where
        A: may::Publish,
    {
        let detail = serde_json::to_string(event).map_err(|error| {
            CallError::Invalid(format!("`{}` cannot be written as JSON: {error}", E::ID))
        })?;
        let entry = EventEntry {
            event: E::ID,
            bus: self.seat.target.clone(),
            source: E::SOURCE,
            detail_type: E::DETAIL_TYPE,
            detail,
            trace: None,
        };
        let size = entry.size();
        if size >= MOST_BYTES {
            return Err(CallError::Invalid(format!(
                "an event `{}` of {size} bytes is too large: EventBridge takes less than {MOST_BYTES}; publish a reference to the data instead",
                E::ID
            )));
        }
        self.seat.outbox.entries_mut().push(Queued {
            port: self.seat.port.clone(),
            entry,
            send_all: send::send_all,
        });
        Ok(())
    }
}
