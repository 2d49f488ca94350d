//! A batch of a stream: records in order for each partition key, different keys at once.

use std::{future::poll_fn, task::Poll, time::Duration};

use base64::Engine;
use futures_util::{
    FutureExt, StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};
use serde::{Deserialize, Serialize};
use tracing::Instrument;

use super::{Frame, caught, chain, progress::Progress};
use crate::{
    Decoded, Record, Result,
    handler::{Handler, Invocation, Parameters, Prepared},
    idempotency,
    manifest::{Kind, Trigger},
    metrics,
    publish::{self, Queue, Queued, Sent},
};

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
    #[serde(default)]
    pub(crate) partition_key: String,
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

/// Handles a batch.
///
/// The mapping delivers again everything from the reported record on, whatever became of it. So
/// the lowest one that is not complete is reported, and once a record has failed nothing above it
/// is begun.
pub(crate) async fn batch<H>(prepared: &Prepared<H>, batch: Batch, frame: &Frame) -> BatchResponse
where
    H: Handler<Input: Record, Parameters: Parameters>,
{
    let records = &batch.records;
    let mut progress =
        Progress::new(records.iter().map(|record| record.kinesis.partition_key.as_str()));
    let at_once = at_once::<H>();
    let margin = MARGIN.min(frame.remaining() / SHARE);
    let mut queue = Queue::default();
    let mut steps = FuturesUnordered::new();
    let (mut handlers, mut calls) = (0, 0);
    let mut ending = std::pin::pin!(frame.ending(margin).fuse());
    let mut over = std::pin::pin!(frame.over());
    loop {
        let in_time = || !frame.is_stopping() && frame.remaining() > margin;
        // So many in one go; then what is under way has its turn.
        let mut begun = handlers;
        while begun < at_once && in_time() {
            let Some(position) = progress.begin() else { break };
            begun += 1;
            // In one place from its beginning: what a handler needs is much to move.
            let mut handler = Box::pin(handle::<H>(prepared, records, position, frame));
            // Many a handler waits for nothing, and need not be waited for.
            match (&mut handler).now_or_never() {
                Some(handled) => handled.settle(&mut progress, &mut queue),
                None => {
                    steps.push(Either::Left(handler.map(Step::Handled)));
                    handlers += 1;
                }
            }
        }
        let in_time = in_time();
        let more = in_time && handlers < at_once && progress.may_begin();
        // A call that is not full waits as long as there may be more for it, but not for a handler
        // that may never end.
        let partly = !in_time || (handlers == 0 && !more);
        while calls < at_once {
            let Some(events) = queue.next_call(partly) else { break };
            steps.push(Either::Right(publish::send(events, frame).map(Step::Sent)));
            calls += 1;
        }
        let step = if more {
            match steps.next().now_or_never().flatten() {
                Some(step) => step,
                None => {
                    turn().await;
                    continue;
                }
            }
        } else if steps.is_empty() {
            break;
        } else {
            match select(steps.next(), select(ending.as_mut(), over.as_mut())).await {
                Either::Left((Some(step), _)) => step,
                Either::Right((Either::Left(_), _)) => continue,
                Either::Left((None, _)) | Either::Right((Either::Right(_), _)) => break,
            }
        };
        match step {
            Step::Handled(handled) => {
                handlers -= 1;
                handled.settle(&mut progress, &mut queue);
            }
            Step::Sent(sent) => {
                calls -= 1;
                for Sent { position, accepted, .. } in &sent {
                    match accepted {
                        true => progress.accepted(*position),
                        false => progress.failed(*position),
                    }
                }
                if sent.iter().any(|event| !event.accepted) {
                    queue.forget(progress.stop());
                }
                queue.ended(sent.into_iter().map(|event| event.lane));
            }
        }
    }
    frame.metrics.add(metrics::RECORDS_RECEIVED, records.len());
    frame.metrics.add(metrics::RECORDS_COMPLETED, progress.complete());
    let checkpoint = progress.checkpoint();
    if let Some(position) = checkpoint.filter(|position| *position < progress.stop()) {
        let record = &records[position].event_id;
        let why = if frame.is_stopping() { "the function is to end" } else { "no time is left" };
        tracing::warn!(record, why, "this record and those after it come again");
    }
    BatchResponse::from(records, checkpoint)
}

/// Lets everything else of the process have its turn: connections, signals.
async fn turn() {
    let mut turned = false;
    poll_fn(|context| {
        if std::mem::replace(&mut turned, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What has come to an end.
enum Step {
    /// The handler of a record.
    Handled(Handled),
    /// A call of PutEvents.
    Sent(Vec<Sent>),
}

/// The handler is done with a record: what it published, unless it failed.
struct Handled(usize, Result<Vec<Queued>, ()>);

impl Handled {
    fn settle(self, progress: &mut Progress, queue: &mut Queue) {
        let Self(position, outcome) = self;
        match outcome {
            Ok(events) => {
                progress.handled(position, events.len());
                if position < progress.stop() {
                    queue.add(position, progress.lane(position), events);
                }
            }
            Err(()) => {
                progress.failed(position);
                queue.forget(progress.stop());
            }
        }
    }
}

/// How many records are handled at once, and as many calls of PutEvents are under way.
fn at_once<H: Handler>() -> usize {
    match H::ITEM.kind {
        Kind::Handler(crate::manifest::Handler { trigger: Trigger::Kinesis(it), .. }) => {
            it.concurrency as usize
        }
        _ => 1,
    }
}

impl BatchResponse {
    /// All records from `position` on are to be delivered again.
    fn from(records: &[StreamRecord], position: Option<usize>) -> Self {
        let failure = |position: usize| ItemFailure {
            item_identifier: records[position].kinesis.sequence_number.clone(),
        };
        Self { batch_item_failures: position.map(failure).into_iter().collect() }
    }
}

/// Handles one record. That it failed, and why, is logged in its own context.
async fn handle<H>(
    prepared: &Prepared<H>,
    records: &[StreamRecord],
    position: usize,
    frame: &Frame,
) -> Handled
where
    H: Handler<Input: Record, Parameters: Parameters>,
{
    let record = &records[position];
    let span = tracing::error_span!(
        "record",
        record = record.event_id,
        partition_key = record.kinesis.partition_key
    );
    let invocation = frame.invocation(&record.event_id);
    let handled = async {
        match caught(one::<H>(prepared, record, &invocation, frame)).await {
            Ok(()) => Ok(invocation.outbox.take()),
            Err(error) => {
                frame.metrics.add(metrics::RECORDS_FAILED, 1);
                tracing::error!(error = %chain(&*error), "record failed");
                Err(())
            }
        }
    };
    Handled(position, handled.instrument(span).await)
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
    let data = base64::engine::general_purpose::STANDARD.decode(&record.kinesis.data)?;
    match H::Input::decode(&data)? {
        Decoded::Value(input) => idempotency::call(prepared, input, invocation, frame).await,
        Decoded::Skipped(what) => {
            frame.metrics.add(metrics::RECORDS_SKIPPED, 1);
            tracing::debug!(%what, "record skipped");
            Ok(())
        }
    }
}
