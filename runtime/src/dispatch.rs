//! From what AWS delivers to calls of the handler, and back to what AWS wants to know.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::future::{BoxFuture, Either, Shared, select};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Context, Result,
    clock::Clock,
    handler::{Handler, Invocation, Parameters, Prepared},
    idempotency,
    metrics::Metrics,
    publish::Outbox,
};

pub(crate) mod batch;
mod panics;
mod progress;

pub(crate) use panics::caught;

/// What every invocation of a function has.
pub(crate) struct Frame {
    pub(crate) clock: Arc<dyn Clock>,
    /// When Lambda ends the function.
    pub(crate) deadline: SystemTime,
    pub(crate) trace: Option<Arc<str>>,
    pub(crate) metrics: Metrics,
    pub(crate) stop: Stop,
}

/// Resolves when the process is told to end.
pub(crate) type Stop = Shared<BoxFuture<'static, ()>>;

/// What is left of the function's time when whatever is under way is given up: enough to say how
/// far it got.
const REPORT: Duration = Duration::from_millis(100);

/// How long what is under way may take once the process is told to end. Lambda kills it after
/// half a second.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const GRACE: Duration = Duration::from_millis(300);

impl Frame {
    fn remaining(&self) -> Duration {
        self.deadline.duration_since(self.clock.now()).unwrap_or_default()
    }

    /// Whether the process was told to end.
    fn is_stopping(&self) -> bool {
        self.stop.peek().is_some()
    }

    /// Waits until nothing more is begun: that long before the deadline, or as soon as the process
    /// is told to end.
    async fn ending(&self, margin: Duration) {
        select(self.clock.until(self.deadline - margin), self.stop.clone()).await;
    }

    /// Waits until whatever is under way has to be given up.
    async fn over(&self) {
        let stopped = async {
            self.stop.clone().await;
            self.clock.until(self.clock.now() + GRACE).await;
        };
        let late = self.clock.until(self.deadline - REPORT);
        select(late, std::pin::pin!(stopped)).await;
    }

    fn invocation(&self, event_id: &str) -> Invocation {
        Invocation {
            context: Context::new(
                event_id,
                self.trace.clone(),
                self.deadline,
                self.clock.clone(),
                self.metrics.clone(),
            ),
            outbox: Outbox::default(),
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
    let handled = async {
        caught(idempotency::call(prepared, input, &invocation, frame)).await?;
        invocation.outbox.send_all(frame).await
    };
    match select(std::pin::pin!(handled), std::pin::pin!(frame.over())).await {
        Either::Left((result, _)) => result,
        Either::Right(_) if frame.is_stopping() => {
            Err("the function was told to end before the event was handled".into())
        }
        Either::Right(_) => {
            Err("the event was not handled within the function's time: give it a longer \
                 `timeout`, or less to do"
                .into())
        }
    }
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
pub(crate) mod tests;
