//! From what AWS delivers to calls of the handler, and back to what AWS wants to know.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Context, Decoded, Record, Result,
    clock::Clock,
    handler::{Handler, Invocation, Parameters, Prepared},
    idempotency,
    publish::{self, Outbox},
};

/// What every invocation of a function has.
pub(crate) struct Frame {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deadline: SystemTime,
    pub(crate) trace: Option<String>,
}

impl Frame {
    fn remaining(&self) -> Duration {
        self.deadline.duration_since(self.clock.now()).unwrap_or_default()
    }

    fn invocation(&self, event_id: &str) -> Invocation {
        Invocation {
            context: Context::new(
                event_id,
                self.trace.as_deref(),
                self.deadline,
                self.clock.clone(),
            ),
            outbox: Outbox::default(),
        }
    }
}

/// A batch of a Kinesis event source mapping.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>
#[derive(Debug, Deserialize)]
pub(crate) struct Batch {
    #[serde(rename = "Records")]
    pub(crate) records: Vec<StreamRecord>,
}

/// A record of a batch.
#[derive(Debug, Deserialize)]
pub(crate) struct StreamRecord {
    /// Shard and sequence number.
    #[serde(rename = "eventID", default)]
    pub(crate) event_id: String,
    pub(crate) kinesis: StreamData,
}

/// What the record carries.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamData {
    pub(crate) sequence_number: String,
    /// In base64.
    pub(crate) data: String,
}

/// What the mapping reads back: the record from which on it delivers again.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchResponse {
    pub(crate) batch_item_failures: Vec<ItemFailure>,
}

/// A failed record, by its sequence number.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemFailure {
    pub(crate) item_identifier: String,
}

/// No record is begun with less time than this left: what it did might not be reported.
const MARGIN: Duration = Duration::from_secs(1);

/// Where that much would be most of the time there is: this share of it.
const SHARE: u32 = 10;

/// Handles a batch: one record after the other, in order.
///
/// The mapping delivers again everything from the lowest reported record on, so the first one
/// that is not complete is reported and nothing after it is begun. Records whose events are
/// still to be accepted by the bus may lie before it; the lowest of all counts.
pub(crate) async fn batch<H>(prepared: &Prepared<H>, batch: Batch, frame: &Frame) -> BatchResponse
where
    H: Handler<Input: Record, Parameters: Parameters>,
{
    let mut queue = publish::Queue::default();
    let mut incomplete = None;
    let margin = MARGIN.min(frame.remaining() / SHARE);
    for (position, record) in batch.records.iter().enumerate() {
        if frame.remaining() < margin {
            tracing::warn!(record = record.event_id, "no time left for this record");
            incomplete = Some(position);
            break;
        }
        let invocation = frame.invocation(&record.event_id);
        match one::<H>(prepared, record, &invocation, frame).await {
            Ok(()) => queue.add(position, invocation.outbox.take()),
            Err(error) => {
                tracing::error!(record = record.event_id, error = %chain(&*error), "record failed");
                incomplete = Some(position);
                break;
            }
        }
        if let Some(refused) = queue.send_full_calls(frame).await {
            // What is still queued belongs to this record or later ones, which come again.
            return BatchResponse::from(&batch, Some(refused));
        }
    }
    let refused = queue.send_all(frame).await;
    BatchResponse::from(&batch, refused.or(incomplete))
}

impl BatchResponse {
    /// All records from `position` on are to be delivered again.
    fn from(batch: &Batch, position: Option<usize>) -> Self {
        let failure = |position: usize| ItemFailure {
            item_identifier: batch.records[position].kinesis.sequence_number.clone(),
        };
        Self { batch_item_failures: position.map(failure).into_iter().collect() }
    }
}

async fn one<H>(
    prepared: &Prepared<H>,
    record: &StreamRecord,
    invocation: &Invocation,
    frame: &Frame,
) -> Result<()>
where
    H: Handler<Input: Record, Parameters: Parameters>,
{
    use base64::Engine;
    let data = base64::engine::general_purpose::STANDARD.decode(&record.kinesis.data)?;
    match H::Input::decode(&data)? {
        Decoded::Value(input) => idempotency::call(prepared, input, invocation, frame).await,
        Decoded::Skipped(what) => {
            tracing::debug!(record = record.event_id, %what, "record skipped");
            Ok(())
        }
    }
}

/// An event as EventBridge delivers it; its detail is read as the handler's own type.
/// <https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html>
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    pub(crate) detail: Box<serde_json::value::RawValue>,
}

/// Handles an event.
///
/// # Errors
///
/// Any error makes Lambda deliver the event again, twice at most.
pub(crate) async fn event<H>(
    prepared: &Prepared<H>,
    envelope: Envelope,
    frame: &Frame,
) -> Result<()>
where
    H: Handler<Input: DeserializeOwned, Parameters: Parameters>,
{
    let input = serde_json::from_str(envelope.detail.get()).map_err(|error| {
        format!("the detail of event {} is not what the handler takes: {error}", envelope.id)
    })?;
    let invocation = frame.invocation(&envelope.id);
    idempotency::call(prepared, input, &invocation, frame).await?;
    publish::send(&invocation.outbox, frame).await
}

/// An error with what caused it.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
