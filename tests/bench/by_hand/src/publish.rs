//! Putting events on the bus.

use std::{
    collections::{HashMap, VecDeque},
    mem,
    time::SystemTime,
};

use aws_sdk_eventbridge::{Client, types::PutEventsRequestEntry};
use futures_util::stream::{FuturesUnordered, StreamExt};
use lambda_runtime::{Context, Error};

use crate::{
    events::Event,
    function::{chain, pause, within},
};

/// The most entries of one call, and the bytes that they stay below.
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
const MOST_ENTRIES: usize = 10;
const MOST_BYTES: usize = 1_000_000;

/// The calls that may be under way at once.
const CALLS: usize = 10;

/// Why an entry may be accepted if it is sent again.
const TRANSIENT: [&str; 2] = ["InternalFailure", "ThrottlingException"];

/// An event of the record at `position`, whose partition key has the number `key`.
struct Waiting {
    position: usize,
    key: usize,
    size: usize,
    entry: PutEventsRequestEntry,
}

/// The events that an invocation publishes.
pub struct Outbox<'a> {
    client: &'a Client,
    bus: &'a str,
    /// The X-Ray trace that the events belong to.
    trace: Option<&'a str>,
    keys: HashMap<&'a str, usize>,
    waiting: VecDeque<Waiting>,
}

impl<'a> Outbox<'a> {
    pub fn new(client: &'a Client, bus: &'a str, context: &'a Context) -> Self {
        let trace = context.xray_trace_id.as_deref();
        Self { client, bus, trace, keys: HashMap::new(), waiting: VecDeque::new() }
    }

    /// The events that wait to be sent.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Queues an event of a record.
    pub fn publish<E: Event>(
        &mut self,
        position: usize,
        key: &'a str,
        event: &E,
    ) -> Result<(), Error> {
        let detail = serde_json::to_string(event)?;
        let size = E::SOURCE.len() + E::DETAIL_TYPE.len() + detail.len();
        if size >= MOST_BYTES {
            return Err(format!(
                "an event `{}` of {size} bytes is too large for EventBridge",
                E::DETAIL_TYPE
            )
            .into());
        }
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(self.bus)
            .source(E::SOURCE)
            .detail_type(E::DETAIL_TYPE)
            .detail(detail)
            .set_trace_header(self.trace.map(str::to_owned))
            .build();
        let next = self.keys.len();
        let key = *self.keys.entry(key).or_insert(next);
        self.waiting.push_back(Waiting { position, key, size, entry });
        Ok(())
    }

    /// Sends everything. Returns the lowest record with an event that was not accepted; once
    /// there is one, nothing of a later record is begun.
    pub async fn send(mut self, deadline: SystemTime) -> Option<usize> {
        let mut lowest: Option<usize> = None;
        let mut busy = vec![false; self.keys.len()];
        let mut calls = FuturesUnordered::new();
        loop {
            while calls.len() < CALLS {
                let events = self.next_call(&mut busy, lowest);
                if events.is_empty() {
                    break;
                }
                calls.push(put(self.client, events, deadline));
            }
            let Some((keys, refused)) = calls.next().await else { return lowest };
            for key in keys {
                busy[key] = false;
            }
            lowest = lowest.into_iter().chain(refused).min();
        }
    }

    /// Takes the first events that fit a call, but none of a key that is under way in another:
    /// the events of a key leave in order.
    fn next_call(&mut self, busy: &mut [bool], lowest: Option<usize>) -> Vec<Waiting> {
        let mut events: Vec<Waiting> = Vec::new();
        let mut bytes = 0;
        let mut held = VecDeque::new();
        while let Some(event) = self.waiting.front() {
            if events.len() == MOST_ENTRIES || bytes + event.size >= MOST_BYTES {
                break;
            }
            let free = !busy[event.key];
            let wanted = lowest.is_none_or(|lowest| event.position < lowest);
            let Some(event) = self.waiting.pop_front() else { break };
            match (wanted, free) {
                (true, true) => {
                    bytes += event.size;
                    events.push(event);
                }
                (true, false) => held.push_back(event),
                (false, _) => {}
            }
        }
        for event in held.into_iter().rev() {
            self.waiting.push_front(event);
        }
        for event in &events {
            busy[event.key] = true;
        }
        events
    }
}

/// Sends one call, and again what was refused for the moment. Returns the keys that were in it
/// and the lowest record with an event that was not accepted.
async fn put(
    client: &Client,
    mut events: Vec<Waiting>,
    deadline: SystemTime,
) -> (Vec<usize>, Option<usize>) {
    let keys = events.iter().map(|event| event.key).collect();
    let mut lowest: Option<usize> = None;
    let mut attempt = 0;
    loop {
        let entries = events.iter().map(|event| event.entry.clone()).collect();
        let call = client.put_events().set_entries(Some(entries)).send();
        let answer = match within(deadline, call).await {
            Ok(answer) if answer.entries().len() == events.len() => answer,
            Ok(_) => {
                tracing::error!("PutEvents did not answer every entry");
                break;
            }
            Err(error) => {
                tracing::error!(error = %chain(&*error), "PutEvents failed");
                break;
            }
        };
        for (event, result) in mem::take(&mut events).into_iter().zip(answer.entries()) {
            match result.error_code() {
                None => {}
                Some(code) if TRANSIENT.contains(&code) => events.push(event),
                Some(code) => {
                    let reason = result.error_message();
                    tracing::error!(code, reason, "the bus refused an event");
                    lowest = lowest.into_iter().chain([event.position]).min();
                }
            }
        }
        if events.is_empty() {
            return (keys, lowest);
        }
        attempt += 1;
        if !pause(deadline, attempt).await {
            tracing::error!(events = events.len(), "no time left to publish");
            break;
        }
    }
    (keys, lowest.into_iter().chain(events.iter().map(|event| event.position)).min())
}
