//! What AWS answers.

use std::time::Duration;

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::Call;
use crate::http::response;

/// An answer, or none.
#[derive(Debug, Clone)]
pub enum Reply {
    /// All that was asked for was done; nothing is there to be read.
    Success,
    /// This, as the result of the operation.
    Output(Value),
    /// An error.
    Error {
        /// The HTTP status.
        status: u16,
        /// Such as `ThrottlingException`.
        code: String,
        /// What is said beside it: `message`, and what the kind of error has besides.
        body: Value,
    },
    /// No answer, on a connection that stays open.
    Hang,
    /// No answer, and the end of the connection.
    Close,
    /// This, but later.
    After(Duration, Box<Reply>),
}

impl Reply {
    /// An error of the caller, with a message.
    pub fn refused(code: &str, message: &str) -> Self {
        Self::Error { status: 400, code: code.to_owned(), body: json!({ "message": message }) }
    }

    /// That too much is asked for at the moment.
    pub fn throttled() -> Self {
        Self::refused("ThrottlingException", "Rate exceeded")
    }

    /// A fault of the service.
    pub fn fault() -> Self {
        let body = json!({ "message": "We encountered an internal error. Please try again." });
        Self::Error { status: 500, code: "InternalFailure".to_owned(), body }
    }

    /// PutEvents that accepts some entries and refuses others: for each entry the code of its
    /// error, if it has one.
    pub fn entries<'a>(codes: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let entries: Vec<Value> =
            codes.into_iter().enumerate().map(|(at, code)| entry(at, code)).collect();
        let failed = entries.iter().filter(|entry| entry.get("ErrorCode").is_some()).count();
        Self::Output(json!({ "FailedEntryCount": failed, "Entries": entries }))
    }

    /// A transaction that is not carried out: for each of its operations `None`, or the code of
    /// the reason and the item that is in the way.
    pub fn cancelled(reasons: &[(&str, Option<Value>)]) -> Self {
        let codes: Vec<&str> = reasons.iter().map(|(code, _)| *code).collect();
        let message = format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        );
        let reasons: Vec<Value> = reasons
            .iter()
            .map(|(code, item)| match item {
                Some(item) => json!({ "Code": code, "Item": item }),
                None => json!({ "Code": code }),
            })
            .collect();
        Self::Error {
            status: 400,
            code: "TransactionCanceledException".to_owned(),
            body: json!({ "Message": message, "CancellationReasons": reasons }),
        }
    }

    /// A condition that does not hold for the item that is there.
    pub fn condition_failed(item: Option<Value>) -> Self {
        let mut body = json!({ "message": "The conditional request failed" });
        if let Some(item) = item {
            body["Item"] = item;
        }
        Self::Error { status: 400, code: "ConditionalCheckFailedException".to_owned(), body }
    }

    /// This answer, but later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self::After(wait, Box::new(self))
    }

    pub(super) fn response(self, call: &Call) -> Response<Full<Bytes>> {
        match (self, call.is_query()) {
            (Self::Error { status, code, body }, true) => {
                let message = body["message"].as_str().unwrap_or_default();
                xml(
                    status,
                    &format!(
                        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
                         <Message>{message}</Message></Error></ErrorResponse>"
                    ),
                )
            }
            (Self::Error { status, code, mut body }, false) => {
                body["__type"] = Value::String(code);
                json_document(status, &body)
            }
            (_, true) => {
                let operation = &call.operation;
                let id = "94f20ce6-13c5-43a0-9a9e-ca52d816e90b";
                xml(
                    200,
                    &format!(
                        "<{operation}Response><{operation}Result><MessageId>{id}</MessageId>\
                         </{operation}Result></{operation}Response>"
                    ),
                )
            }
            (Self::Output(output), false) => json_document(200, &output),
            (_, false) => json_document(200, &success(call)),
        }
    }
}

/// The output of an operation that did all that was asked for.
fn success(call: &Call) -> Value {
    match call.operation.as_str() {
        "PutEvents" => {
            let count = call.input["Entries"].as_array().map_or(0, Vec::len);
            let entries: Vec<Value> = (0..count).map(|at| entry(at, None)).collect();
            json!({ "FailedEntryCount": 0, "Entries": entries })
        }
        "Query" => json!({ "Items": [], "Count": 0, "ScannedCount": 0 }),
        _ => json!({}),
    }
}

fn entry(at: usize, code: Option<&str>) -> Value {
    match code {
        Some(code) => json!({ "ErrorCode": code, "ErrorMessage": format!("{code} of a test") }),
        None => json!({ "EventId": format!("11710aed-b79e-4468-a20b-{at:012}") }),
    }
}

fn json_document(status: u16, body: &Value) -> Response<Full<Bytes>> {
    response(status, &[("Content-Type", "application/x-amz-json-1.1")], body.to_string())
}

fn xml(status: u16, body: &str) -> Response<Full<Bytes>> {
    response(status, &[("Content-Type", "text/xml")], body.to_owned())
}
