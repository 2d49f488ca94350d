//! Topics in memory.

use std::time::{Duration, SystemTime};

use crate::Message;

/// How long a FIFO topic drops what has the deduplication id of a message it delivered.
/// <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html>
const DEDUPLICATION_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// What every topic delivered.
#[derive(Default)]
pub(super) struct Topics(Vec<Delivered>);

struct Delivered {
    topic: &'static str,
    at: SystemTime,
    message: Message,
}

impl Topics {
    /// Takes a message, and delivers it unless it is a repetition.
    pub(super) fn take(&mut self, topic: &'static str, message: Message, now: SystemTime) {
        let repeated = message.deduplication.is_some()
            && self.0.iter().any(|other| {
                other.topic == topic
                    && other.message.deduplication == message.deduplication
                    && now < other.at + DEDUPLICATION_INTERVAL
            });
        if !repeated {
            self.0.push(Delivered { topic, at: now, message });
        }
    }

    /// Forgets what no longer decides about anything.
    pub(super) fn forget(&mut self, now: SystemTime) {
        let old = self.0.iter().take_while(|it| {
            it.message.deduplication.is_none() || now >= it.at + DEDUPLICATION_INTERVAL
        });
        let old = old.count();
        self.0.drain(..old);
    }

    /// The messages of one topic, in order.
    pub(super) fn delivered(&self, topic: &str) -> impl Iterator<Item = &Message> {
        self.0.iter().filter(move |it| it.topic == topic).map(|it| &it.message)
    }
}
