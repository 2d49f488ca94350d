//! Queues in memory.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::{Local, new_id};
use crate::endpoint::backend::{Accepted, Queues, Received, Refused, Sent};

/// How long a message is hidden unless something else is said.
const HIDDEN: Duration = Duration::from_secs(30);

/// The messages of a queue, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Queue {
    messages: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    id: String,
    sent: Sent,
    at: SystemTime,
    visible: SystemTime,
    first_received: Option<SystemTime>,
    receives: u32,
    /// The handle of the last time it was received.
    receipt: Option<String>,
}

impl Queues for Local {
    fn queues(&self) -> Vec<String> {
        self.state().queues.keys().cloned().collect()
    }

    fn queue_attributes(&self, queue: &str) -> Option<BTreeMap<String, String>> {
        let now = SystemTime::now();
        let state = self.state();
        let messages = &state.queues.get(queue)?.messages;
        let visible = messages.iter().filter(|it| it.visible <= now).count();
        let hidden = messages.len() - visible;
        let attributes = [
            ("QueueArn", self.place.arn("sqs", queue)),
            ("ApproximateNumberOfMessages", visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", hidden.to_string()),
            ("VisibilityTimeout", HIDDEN.as_secs().to_string()),
        ];
        Some(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn send(&self, queue: &str, message: Sent) -> Result<Accepted, Refused> {
        let now = SystemTime::now();
        let id = new_id().to_string();
        let mut state = self.state();
        let queue = state.queues.get_mut(queue);
        let queue = queue.ok_or_else(|| Refused::new("QueueDoesNotExist", "no such queue"))?;
        queue.messages.push(Kept {
            id: id.clone(),
            at: now,
            visible: now + message.delay.unwrap_or_default(),
            sent: message,
            first_received: None,
            receives: 0,
            receipt: None,
        });
        drop(state);
        self.changes.send_replace(());
        Ok(Accepted { id, sequence_number: None })
    }

    fn receive(&self, queue: &str, limit: usize, hidden: Option<Duration>) -> Vec<Received> {
        let now = SystemTime::now();
        let mut state = self.state();
        let Some(queue) = state.queues.get_mut(queue) else { return Vec::new() };
        let visible = queue.messages.iter_mut().filter(|it| it.visible <= now);
        visible
            .take(limit)
            .map(|kept| {
                let receipt = new_id().to_string();
                kept.visible = now + hidden.unwrap_or(HIDDEN);
                kept.receives += 1;
                kept.receipt = Some(receipt.clone());
                Received {
                    id: kept.id.clone(),
                    receipt,
                    message: kept.sent.clone(),
                    sent: kept.at,
                    first_received: *kept.first_received.get_or_insert(now),
                    receives: kept.receives,
                }
            })
            .collect()
    }

    fn delete_message(&self, queue: &str, receipt: &str) -> bool {
        let mut state = self.state();
        let Some(queue) = state.queues.get_mut(queue) else { return false };
        queue.messages.retain(|it| it.receipt.as_deref() != Some(receipt));
        // One that is gone already is no error; what is no handle is.
        uuid::Uuid::parse_str(receipt).is_ok()
    }

    fn hide(&self, queue: &str, receipt: &str, hidden: Duration) -> bool {
        let mut state = self.state();
        let found = state.queues.get_mut(queue).and_then(|queue| {
            queue.messages.iter_mut().find(|it| it.receipt.as_deref() == Some(receipt))
        });
        let Some(kept) = found else { return false };
        kept.visible = SystemTime::now() + hidden;
        drop(state);
        self.changes.send_replace(());
        true
    }

    fn purge(&self, queue: &str) {
        if let Some(queue) = self.state().queues.get_mut(queue) {
            queue.messages.clear();
        }
    }
}
