//! From a bus to the functions behind its rules.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Engine, Event, Kept, What,
    journal::{self, Waiting},
    node::Trigger,
};
use crate::{
    Message,
    call::EventEntry,
    publish::{MOST_BYTES, MOST_ENTRIES},
};

/// An event to be put on a bus, by whoever is not a function of the application.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The source.
    pub source: String,
    /// The detail type.
    pub detail_type: String,
    /// JSON, an object.
    pub detail: String,
    /// What it is about, by ARN.
    pub resources: Vec<String>,
    /// The trace it is part of.
    pub trace: Option<Arc<str>>,
}

/// Why a bus does not take an event: code and message, as EventBridge says them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected(pub &'static str, pub String);

impl Engine {
    /// Puts up to ten events on a bus; the answer is the id of each, or why it was not taken.
    /// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
    ///
    /// # Errors
    ///
    /// The call as a whole is beyond the limits.
    pub fn put_events(
        &mut self,
        bus: usize,
        entries: Vec<Entry>,
    ) -> Result<Vec<Result<String, Rejected>>, Rejected> {
        let invalid = |why: String| Err(Rejected("ValidationException", why));
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            return invalid(format!(
                "a call has 1 to {MOST_ENTRIES} entries, not {}",
                entries.len()
            ));
        }
        let size = |entry: &Entry| {
            let resources: usize = entry.resources.iter().map(String::len).sum();
            entry.source.len() + entry.detail_type.len() + entry.detail.len() + resources
        };
        let bytes: usize = entries.iter().map(size).sum();
        if bytes >= MOST_BYTES {
            return invalid(format!("a call has less than {MOST_BYTES} bytes, not {bytes}"));
        }
        Ok(entries.into_iter().map(|entry| self.put_event(bus, entry)).collect())
    }

    fn put_event(&mut self, bus: usize, entry: Entry) -> Result<String, Rejected> {
        let missing = |what: &str| Err(Rejected("InvalidArgument", format!("{what} is missing")));
        if entry.source.is_empty() {
            return missing("Source");
        }
        if entry.detail_type.is_empty() {
            return missing("DetailType");
        }
        let Ok(detail @ Value::Object(_)) = serde_json::from_str(&entry.detail) else {
            return Err(Rejected("MalformedDetail", "Detail is malformed.".into()));
        };
        let Entry { source, detail_type, detail: text, resources, trace } = entry;
        let id = self.new_id();
        let event = Event {
            id: id.clone(),
            source,
            detail_type,
            detail: text,
            time: self.now(),
            resources,
            trace,
        };
        self.route(bus, event, detail);
        self.flag.wake();
        Ok(id)
    }

    /// Sends a message to a topic, by whoever is not a function of the application.
    pub fn notify(&mut self, topic: usize, message: crate::Message) {
        let topic = self.topics[topic].id;
        let (subject, body) = (message.subject.clone(), message.body.clone());
        self.memory.take_message(topic, message);
        self.see(None, What::Notified { topic, subject, body });
        self.flag.wake();
    }

    /// Goes on with what functions left behind: events that a bus took, calls that were refused.
    /// Whether there was any.
    pub(super) fn collect(&mut self) -> bool {
        let left = self.left.take();
        let any = !left.events.is_empty();
        for refusal in left.refusals {
            self.see(None, What::Refused(refusal));
        }
        for (topic, message) in left.messages {
            let Message { subject, body, .. } = message;
            self.see(None, What::Notified { topic, subject, body });
        }
        for entry in left.events {
            let EventEntry { bus, source, detail_type, detail, trace, .. } = entry;
            let Some(bus) = self.bus_by_id.get(bus.id).copied() else { continue };
            // A handle writes what it publishes as JSON.
            let value = serde_json::from_str(&detail).unwrap_or_default();
            let event = Event {
                id: self.new_id(),
                source: source.to_owned(),
                detail_type: detail_type.to_owned(),
                detail,
                time: self.now(),
                resources: Vec::new(),
                trace,
            };
            self.route(bus, event, value);
        }
        any
    }

    /// Hands an event to every function whose rule matches.
    fn route(&mut self, bus: usize, event: Event, detail: Value) {
        let envelope = event.envelope(&self.place, detail);
        let functions: Vec<usize> = self.buses[bus].rules.matching(&envelope).copied().collect();
        let event = Arc::new(event);
        for function in &functions {
            self.deliver(*function, event.clone());
        }
        if self.seen.is_some() {
            let (source, detail_type) = (event.source.clone(), event.detail_type.clone());
            let what = What::Published { bus, source, detail_type, functions };
            self.see(event.trace.clone(), what);
        }
    }

    /// Hands an event to the function of a rule, or keeps it to be handed over later.
    fn deliver(&mut self, function: usize, event: Arc<Event>) {
        let now = self.now();
        let node = &mut self.functions[function];
        if let Trigger::Rule { deliveries, broken, invocations, .. } = &mut node.trigger {
            self.journal.add(|| {
                let waiting = Waiting { event: event.clone(), since: now };
                (journal::of_event(node.named.id, &event), Kept::Waiting(waiting))
            });
            match broken {
                None if deliveries.is_idle() => invocations.accept(event, now),
                _ => deliveries.accept(event, now),
            }
        }
        self.ready.push(function);
    }
}
