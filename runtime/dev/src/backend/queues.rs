//! The queues for what functions were not given, or gave up on.

use std::{collections::BTreeMap, time::Duration};

use esteira::engine::{Engine, Message};

use super::Behind;
use crate::endpoint::backend::{
    Accepted, AttributeContent, MessageAttribute, Queues, Received, Refused, Sent,
};

/// How long a message is hidden unless something else is said.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
const HIDDEN: Duration = Duration::from_secs(30);

/// The function that has a queue.
fn owner(engine: &Engine, queue: &str) -> Option<usize> {
    (0..engine.functions().len()).find(|number| engine.queue_name(*number) == Some(queue))
}

fn sent(message: &Message) -> Sent {
    let attribute = |value: &String| MessageAttribute {
        data_type: "String".into(),
        value: AttributeContent::Text(value.clone()),
    };
    let attributes = message.attributes.iter();
    Sent {
        body: message.body.clone(),
        attributes: attributes.map(|(name, value)| (name.clone(), attribute(value))).collect(),
        ..Sent::default()
    }
}

impl Queues for Behind {
    fn queues(&self) -> Vec<String> {
        let engine = self.engine();
        let all = (0..engine.functions().len()).filter_map(|number| engine.queue_name(number));
        all.map(str::to_owned).collect()
    }

    fn queue_attributes(&self, queue: &str) -> Option<BTreeMap<String, String>> {
        let mut engine = self.engine();
        let (now, function) = (engine.now(), owner(&engine, queue)?);
        let arn = engine.place().arn("sqs", queue);
        let messages = engine.failures_mut(function)?.messages();
        let all = messages.len();
        let visible = messages.filter(|message| message.visible <= now).count();
        let attributes = [
            ("QueueArn", arn),
            ("ApproximateNumberOfMessages", visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", (all - visible).to_string()),
            ("VisibilityTimeout", HIDDEN.as_secs().to_string()),
        ];
        Some(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn send(&self, queue: &str, message: Sent) -> Result<Accepted, Refused> {
        let mut engine = self.engine();
        let unknown = || Refused::new("QueueDoesNotExist", "The specified queue does not exist.");
        let function = owner(&engine, queue).ok_or_else(unknown)?;
        let (now, id) = (engine.now(), engine.new_id());
        let texts = message.attributes.into_iter().filter_map(|(name, it)| match it.value {
            AttributeContent::Text(text) => Some((name, text)),
            AttributeContent::Bytes(_) => None,
        });
        let message = Message {
            id: id.clone(),
            body: message.body,
            attributes: texts.collect(),
            sent: now,
            received: 0,
            visible: now + message.delay.unwrap_or_default(),
        };
        engine.send_message(function, message);
        drop(engine);
        self.changed();
        Ok(Accepted { id, sequence_number: None })
    }

    fn receive(&self, queue: &str, limit: usize, hidden: Option<Duration>) -> Vec<Received> {
        let mut engine = self.engine();
        let now = engine.now();
        let Some(function) = owner(&engine, queue) else { return Vec::new() };
        let Some(queue) = engine.failures_mut(function) else { return Vec::new() };
        let received = queue.receive(limit, hidden.unwrap_or(HIDDEN), now);
        let received = received.iter().map(|message| Received {
            id: message.id.clone(),
            receipt: message.receipt(),
            message: sent(message),
            sent: message.sent,
            first_received: now,
            receives: message.received,
        });
        received.collect()
    }

    fn delete_message(&self, queue: &str, receipt: &str) -> bool {
        let mut engine = self.engine();
        if let Some(function) = owner(&engine, queue) {
            engine.delete_message(function, receipt);
        }
        // One that is gone already is no error; what is no handle is.
        receipt.contains('#')
    }

    fn hide(&self, queue: &str, receipt: &str, hidden: Duration) -> bool {
        let mut engine = self.engine();
        let now = engine.now();
        let Some(function) = owner(&engine, queue) else { return false };
        let found = engine.failures_mut(function).is_some_and(|it| it.hide(receipt, now + hidden));
        drop(engine);
        self.changed();
        found
    }

    fn purge(&self, queue: &str) {
        let mut engine = self.engine();
        let Some(function) = owner(&engine, queue) else { return };
        let messages = engine
            .failures_mut(function)
            .map(|queue| queue.messages().map(Message::receipt).collect::<Vec<_>>());
        for receipt in messages.unwrap_or_default() {
            engine.delete_message(function, &receipt);
        }
    }
}
