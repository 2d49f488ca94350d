//! An SQS queue.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, SystemTime},
};

/// A message of a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Unlike that of any other.
    pub id: String,
    /// What it says.
    pub body: String,
    /// Texts beside the body.
    pub attributes: BTreeMap<String, String>,
    /// When it was sent.
    pub sent: SystemTime,
    /// How often it was received.
    pub received: u32,
    /// Nobody receives it before.
    pub visible: SystemTime,
}

impl Message {
    /// What deletes the message as it was last received.
    #[must_use]
    pub fn receipt(&self) -> String {
        format!("{}#{}", self.id, self.received)
    }
}

/// The messages of a queue, in the order in which they were sent.
#[derive(Debug, Default)]
pub struct Queue(VecDeque<Message>);

impl Queue {
    /// Takes a message.
    pub(super) fn send(&mut self, message: Message) {
        self.0.push_back(message);
    }

    /// Receives up to `most` messages, which nobody else receives for as long as `invisible`.
    pub fn receive(&mut self, most: usize, invisible: Duration, now: SystemTime) -> Vec<Message> {
        let due = self.0.iter_mut().filter(|message| message.visible <= now).take(most);
        due.map(|message| {
            message.received += 1;
            message.visible = now + invisible;
            message.clone()
        })
        .collect()
    }

    /// Hides a message until a moment, by its last receipt; whether there is one.
    pub fn hide(&mut self, receipt: &str, until: SystemTime) -> bool {
        let found = self.0.iter_mut().find(|message| message.receipt() == receipt);
        found.map(|message| message.visible = until).is_some()
    }

    /// Deletes a message by the receipt of any of its receptions.
    pub fn delete(&mut self, receipt: &str) -> Option<Message> {
        let id = receipt.split('#').next()?;
        let position = self.0.iter().position(|message| message.id == id)?;
        self.0.remove(position)
    }

    /// All messages, and no queue any more.
    pub(super) fn into_messages(self) -> impl Iterator<Item = Message> {
        self.0.into_iter()
    }

    /// All messages, whoever may receive them.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = &Message> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_message_is_received_again_unless_it_is_deleted() {
        let mut queue = Queue::default();
        queue.send(Message {
            id: "a".into(),
            body: "1".into(),
            attributes: BTreeMap::new(),
            sent: at(0),
            received: 0,
            visible: at(0),
        });
        let invisible = Duration::from_secs(30);
        assert_eq!(queue.receive(10, invisible, at(1)).len(), 1);
        assert_eq!(queue.receive(10, invisible, at(30)), []);
        let again = queue.receive(10, invisible, at(31));
        assert_eq!(again[0].received, 2);
        assert_eq!(queue.delete("b#1"), None);
        assert!(queue.delete(&again[0].receipt()).is_some());
        assert_eq!(queue.messages().len(), 0);
    }
}
