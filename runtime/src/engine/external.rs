//! Functions that run elsewhere: the built programs.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;

use super::{
    function::{Failure, Payload, Response, Sandbox},
    node::Named,
    place::Place,
};
use crate::{clock::BoxFuture, dispatch::Frame};

/// Runs functions outside of this process.
pub trait Runner: Send + Sync + 'static {
    /// Invokes an instance of a function that is not invoked at the moment, and brings back what
    /// it answered. The runner ends it after its timeout, which begins when the instance has the
    /// payload: an invocation that waits for an instance does not use up its time.
    fn invoke(&self, invocation: Invocation) -> BoxedAnswer;
}

/// What a function will have answered.
pub type BoxedAnswer = BoxFuture<'static, Result<Vec<u8>, Failure>>;

/// An invocation of a function that runs elsewhere.
#[derive(Debug)]
pub struct Invocation {
    /// The handler, by the name of the Rust function.
    pub handler: &'static str,
    /// What the function is called.
    pub named: Named,
    /// Its memory, in MiB.
    pub memory: u32,
    /// How long it may take.
    pub timeout: Duration,
    /// JSON.
    pub payload: Vec<u8>,
    /// The trace it is part of.
    pub trace: Option<Arc<str>>,
}

/// A function that runs elsewhere.
pub(super) struct External {
    pub(super) runner: Arc<dyn Runner>,
    pub(super) handler: &'static str,
    pub(super) named: Named,
    pub(super) memory: u32,
    pub(super) timeout: Duration,
    pub(super) place: Arc<Place>,
}

/// What the function of a stream answers; no key at all is as good as an empty list.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BatchResponse {
    batch_item_failures: Option<Vec<ItemFailure>>,
}

/// One without the right key has no identifier, and fails the batch.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    #[serde(default)]
    item_identifier: Option<String>,
}

impl Sandbox for External {
    fn invoke(
        self: Arc<Self>,
        payload: Payload,
        frame: Frame,
    ) -> BoxFuture<'static, Result<Response, Failure>> {
        let answer = self.runner.invoke(Invocation {
            handler: self.handler,
            payload: payload.text(&self.place, &self.named.name).into(),
            named: self.named.clone(),
            memory: self.memory,
            timeout: self.timeout,
            trace: frame.trace,
        });
        Box::pin(async move {
            let answer = answer.await?;
            match payload {
                Payload::Event(_) => Ok(Response::new()),
                Payload::Batch { .. } => read(&answer),
            }
        })
    }
}

fn read(answer: &[u8]) -> Result<Response, Failure> {
    let read = serde_json::from_slice::<Option<BatchResponse>>(answer);
    let response = read.map_err(|error| Failure {
        kind: "InvalidBatchResponse".into(),
        message: format!("the answer is no batch response: {error}"),
    })?;
    let failures = response.unwrap_or_default().batch_item_failures.unwrap_or_default();
    Ok(failures.into_iter().map(|failure| failure.item_identifier).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_lambda_reads_it() {
        let read = |text: &str| read(text.as_bytes()).map_err(|failure| failure.kind);
        for success in
            ["null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#]
        {
            assert_eq!(read(success), Ok(vec![]), "{success}");
        }
        let failed =
            r#"{"batchItemFailures":[{"itemIdentifier":"7"},{"itemIdentifier":null},{"id":1}]}"#;
        assert_eq!(read(failed), Ok(vec![Some("7".into()), None, None]));
        for invalid in ["[", r#""text""#, r#"{"batchItemFailures":7}"#] {
            assert_eq!(read(invalid), Err("InvalidBatchResponse".into()), "{invalid}");
        }
    }
}
