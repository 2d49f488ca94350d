//! Messages in.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{message, missing, open, seconds};
use crate::endpoint::{
    backend::{Sent, queues::Accepted},
    call::Call,
    failure::{Failure, Outcome},
};

/// The most bytes of a message, its attributes with it, and of all of a batch: 1 MiB.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
pub(super) const MESSAGE_BYTES: usize = 1024 * 1024;

/// The longest delay: 15 minutes.
const DELAY: i64 = 900;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendMessage {
    queue_url: Option<String>,
    #[serde(flatten)]
    message: Raw,
}

/// A message as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Raw {
    message_body: Option<String>,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, message::RawAttribute>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

pub(super) fn send(call: &Call<'_>, request: SendMessage) -> Outcome<Value> {
    let queue = open(call, request.queue_url.as_deref(), "SendMessage")?;
    let sent = check(&queue, request.message)?;
    hand_over(call, &queue, sent)
}

/// Hands a message that was checked over to the queue, and says what became of it.
pub(super) fn hand_over(call: &Call<'_>, queue: &str, sent: Sent) -> Outcome<Value> {
    let mut answer = json!({"MD5OfMessageBody": message::digest(sent.body.as_bytes())});
    if let Some(digest) = message::digest_of_attributes(sent.attributes.iter()) {
        answer["MD5OfMessageAttributes"] = json!(digest);
    }
    let Accepted { id, sequence_number } = call.backend.send(queue, sent)?;
    answer["MessageId"] = json!(id);
    if let Some(number) = sequence_number {
        answer["SequenceNumber"] = json!(number);
    }
    Ok(answer)
}

/// Whether a queue takes a message.
pub(super) fn check(queue: &str, raw: Raw) -> Outcome<Sent> {
    let body = raw.message_body.ok_or_else(|| missing("MessageBody"))?;
    let invalid = |message: String| Failure::new("InvalidParameterValue", message);
    if body.is_empty() {
        return Err(missing("MessageBody"));
    }
    // What XML cannot hold.
    let is_bad = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if body.contains(is_bad) {
        return Err(Failure::new(
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.",
        ));
    }
    let attributes = message::read(raw.message_attributes)?;
    let sent = Sent {
        body,
        attributes,
        delay: raw.delay_seconds.map(|it| seconds("DelaySeconds", it, DELAY)).transpose()?,
        group: raw.message_group_id,
        deduplication: raw.message_deduplication_id,
    };
    if size(&sent) > MESSAGE_BYTES {
        return Err(invalid(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE_BYTES} bytes."
        )));
    }
    if queue.ends_with(".fifo") && sent.group.is_none() {
        return Err(missing("MessageGroupId"));
    }
    Ok(sent)
}

/// The bytes of a message as SQS counts them.
pub(super) fn size(sent: &Sent) -> usize {
    use crate::endpoint::backend::AttributeContent::{Bytes, Text};
    let attributes = sent.attributes.iter().map(|(name, attribute)| {
        let value = match &attribute.value {
            Text(text) => text.len(),
            Bytes(bytes) => bytes.len(),
        };
        name.len() + attribute.data_type.len() + value
    });
    sent.body.len() + attributes.sum::<usize>()
}
