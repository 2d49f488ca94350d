//! The JSON protocols 1.0 and 1.1: the operation is in a header, parameters and answer are JSON.
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use http_body_util::Full;
use hyper::{Response, body::Bytes};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};

/// Reads the parameters of a call. A body that is empty has none.
pub(super) fn parameters<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| Failure::new("SerializationException", error.to_string()))
}

/// Writes what a call is answered. `version` is that of the caller's protocol.
pub(super) fn respond(
    version: &str,
    outcome: Outcome<Value>,
    request_id: &str,
    namespace: &str,
) -> Response<Full<Bytes>> {
    let mut response = Response::builder()
        .header("content-type", format!("application/x-amz-json-{version}"))
        .header("x-amzn-requestid", request_id);
    let body = match outcome {
        Ok(answer) => answer,
        Err(failure) => {
            response = response.status(failure.status);
            if let Some(code) = query_code(&failure, namespace) {
                response = response.header("x-amzn-query-error", format!("{code};Sender"));
            }
            let mut body = failure.fields.clone();
            body.insert("__type".into(), json!(format!("{namespace}#{}", failure.code)));
            body.insert("message".into(), json!(failure.message));
            Value::Object(body)
        }
    };
    // An object of text, numbers and lists: nothing in it fails to be written.
    let text = serde_json::to_vec(&body).unwrap_or_default();
    response.body(Full::new(text.into())).unwrap_or_default()
}

/// What the error was called in the older protocol of SQS, which SDKs still report.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html>
fn query_code(failure: &Failure, namespace: &str) -> Option<String> {
    namespace.ends_with(".sqs").then(|| older_sqs_code(&failure.code).to_owned())
}

/// The code that the query protocol of SQS has for one of JSON.
pub(super) fn older_sqs_code(code: &str) -> &str {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "AccessDeniedException" => "AccessDenied",
        "EmptyBatchRequest" => "AWS.SimpleQueueService.EmptyBatchRequest",
        "TooManyEntriesInBatchRequest" => "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "BatchEntryIdsNotDistinct" => "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        "MessageNotInflight" => "AWS.SimpleQueueService.MessageNotInflight",
        code => code,
    }
}
