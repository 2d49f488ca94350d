//! Messages out.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{message, missing, no_queue, nothing, open, seconds};
use crate::endpoint::{
    backend::Received,
    call::Call,
    failure::{Failure, Outcome},
    time,
};

/// The longest time that a message is hidden: 12 hours.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
const HIDDEN: i64 = 12 * 60 * 60;

/// The longest wait for a message, in seconds.
const WAIT: i64 = 20;

/// How often a waiting call looks for messages whose time to be hidden is over, which is no
/// change that anybody tells of.
const LOOK: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveMessage {
    queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

pub(super) async fn receive(call: &Call<'_>, request: ReceiveMessage) -> Outcome<Value> {
    let queue = open(call, request.queue_url.as_deref(), "ReceiveMessage")?;
    let limit = request.max_number_of_messages.unwrap_or(1);
    if !(1..=10).contains(&limit) {
        return Err(Failure::new(
            "InvalidParameterValue",
            format!(
                "Value {limit} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
            ),
        ));
    }
    let limit = usize::try_from(limit).unwrap_or(1);
    let hidden = request.visibility_timeout;
    let hidden = hidden.map(|it| seconds("VisibilityTimeout", it, HIDDEN)).transpose()?;
    let attributes = call.backend.queue_attributes(&queue).ok_or_else(no_queue)?;
    let own = attributes.get("ReceiveMessageWaitTimeSeconds").and_then(|it| it.parse().ok());
    let wait = request.wait_time_seconds.or(own).unwrap_or(0);
    let wait = seconds("WaitTimeSeconds", wait, WAIT)?;
    let received = wait_for(call, &queue, limit, hidden, wait).await;
    if received.is_empty() {
        return Ok(nothing());
    }
    let mut system = request.attribute_names;
    system.extend(request.message_system_attribute_names);
    let messages: Vec<_> =
        received.iter().map(|it| written(it, &system, &request.message_attribute_names)).collect();
    Ok(json!({"Messages": messages}))
}

/// The messages that are there, or the first that come.
async fn wait_for(
    call: &Call<'_>,
    queue: &str,
    limit: usize,
    hidden: Option<Duration>,
    wait: Duration,
) -> Vec<Received> {
    // Before the first look, so that what comes after it is not missed.
    let mut changes = call.backend.changes();
    let deadline = Instant::now() + wait;
    loop {
        changes.borrow_and_update();
        let received = call.backend.receive(queue, limit, hidden);
        let left = deadline.saturating_duration_since(Instant::now());
        if !received.is_empty() || left.is_zero() {
            return received;
        }
        tokio::select! {
            () = tokio::time::sleep(left.min(LOOK)) => {}
            Ok(()) = changes.changed() => {}
        }
    }
}

fn written(received: &Received, system: &[String], names: &[String]) -> Value {
    let sent = &received.message;
    let mut answer = json!({
        "MessageId": received.id,
        "ReceiptHandle": received.receipt,
        "Body": sent.body,
        "MD5OfBody": message::digest(sent.body.as_bytes()),
    });
    let known = [
        ("ApproximateReceiveCount", Some(received.receives.to_string())),
        ("SentTimestamp", Some(time::milliseconds(received.sent).to_string())),
        (
            "ApproximateFirstReceiveTimestamp",
            Some(time::milliseconds(received.first_received).to_string()),
        ),
        ("MessageGroupId", sent.group.clone()),
        ("MessageDeduplicationId", sent.deduplication.clone()),
    ];
    for (name, value) in known {
        if let (true, Some(value)) = (message::wanted(system, name), value) {
            answer["Attributes"][name] = json!(value);
        }
    }
    let chosen = || sent.attributes.iter().filter(|(name, _)| message::wanted(names, name));
    if let Some(digest) = message::digest_of_attributes(chosen()) {
        answer["MessageAttributes"] = Value::Object(message::write(chosen()));
        answer["MD5OfMessageAttributes"] = json!(digest);
    }
    answer
}

/// A message that was received.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Handle {
    queue_url: Option<String>,
    #[serde(flatten)]
    pub(super) entry: HandleEntry,
}

/// One message of several.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HandleEntry {
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

pub(super) fn delete(call: &Call<'_>, request: &Handle) -> Outcome<Value> {
    let queue = open(call, request.queue_url.as_deref(), "DeleteMessage")?;
    delete_from(call, &queue, &request.entry).map(|()| nothing())
}

pub(super) fn delete_from(call: &Call<'_>, queue: &str, entry: &HandleEntry) -> Outcome<()> {
    let receipt = entry.receipt_handle.as_deref().ok_or_else(|| missing("ReceiptHandle"))?;
    if call.backend.delete_message(queue, receipt) { Ok(()) } else { Err(bad_receipt(receipt)) }
}

pub(super) fn hide(call: &Call<'_>, request: &Handle) -> Outcome<Value> {
    let queue = open(call, request.queue_url.as_deref(), "ChangeMessageVisibility")?;
    hide_in(call, &queue, &request.entry).map(|()| nothing())
}

pub(super) fn hide_in(call: &Call<'_>, queue: &str, entry: &HandleEntry) -> Outcome<()> {
    let receipt = entry.receipt_handle.as_deref().ok_or_else(|| missing("ReceiptHandle"))?;
    let timeout = entry.visibility_timeout.ok_or_else(|| missing("VisibilityTimeout"))?;
    let timeout = seconds("VisibilityTimeout", timeout, HIDDEN)?;
    if call.backend.hide(queue, receipt, timeout) { Ok(()) } else { Err(bad_receipt(receipt)) }
}

fn bad_receipt(receipt: &str) -> Failure {
    Failure::new(
        "ReceiptHandleIsInvalid",
        format!("The input receipt handle \"{receipt}\" is not a valid receipt handle."),
    )
}
