//! SNS topics.

use std::collections::BTreeMap;

use super::{MessageAttribute, Refused};

/// The topics of a pipeline.
pub trait Topics {
    /// The ARNs of all topics.
    fn topics(&self) -> Vec<String>;

    /// Publishes a message to a topic that exists, and returns its id.
    ///
    /// # Errors
    ///
    /// The topic does not take it.
    fn publish(&self, topic: &str, message: Publication) -> Result<String, Refused>;
}

/// A message to a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// The text; with a structure of `json`, that of an object with one text a protocol.
    pub message: String,
    /// The subject line of mails.
    pub subject: Option<String>,
    /// `json`, or nothing.
    pub structure: Option<String>,
    /// What subscriptions filter by.
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// Of a message to a FIFO topic.
    pub group: Option<String>,
    /// Of a message to a FIFO topic, unless it is by content.
    pub deduplication: Option<String>,
}
