//! SQS queues.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::{MessageAttribute, Refused};

/// The queues of a pipeline.
pub trait Queues {
    /// The names of all queues.
    fn queues(&self) -> Vec<String>;

    /// The attributes of a queue, `QueueArn` among them; none if there is no such queue.
    fn queue_attributes(&self, queue: &str) -> Option<BTreeMap<String, String>>;

    /// Sends a message to a queue that exists.
    ///
    /// # Errors
    ///
    /// The queue does not take it.
    fn send(&self, queue: &str, message: Sent) -> Result<Accepted, Refused>;

    /// Takes at most `limit` visible messages and hides them, for the queue's own time if none is
    /// given. Does not wait.
    fn receive(&self, queue: &str, limit: usize, hidden: Option<Duration>) -> Vec<Received>;

    /// Deletes a message; whether the receipt handle was one of this queue's.
    fn delete_message(&self, queue: &str, receipt: &str) -> bool;

    /// Hides a message for this long from now on; whether it is hidden now.
    fn hide(&self, queue: &str, receipt: &str, hidden: Duration) -> bool;

    /// Deletes all messages.
    fn purge(&self, queue: &str);
}

/// A message to a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The text.
    pub body: String,
    /// What comes beside the text.
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// How long it stays hidden at first; the queue's own time if none is given.
    pub delay: Option<Duration>,
    /// Of a message to a FIFO queue.
    pub group: Option<String>,
    /// Of a message to a FIFO queue, unless it is by content.
    pub deduplication: Option<String>,
}

/// What a queue says of a message it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The id of the message.
    pub id: String,
    /// Its place in a FIFO queue.
    pub sequence_number: Option<String>,
}

/// A message that was taken from a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub id: String,
    /// What deletes it.
    pub receipt: String,
    /// As it was sent.
    pub message: Sent,
    /// When it was sent.
    pub sent: SystemTime,
    /// When it was first taken.
    pub first_received: SystemTime,
    /// How often it was taken, this time included.
    pub receives: u32,
}
