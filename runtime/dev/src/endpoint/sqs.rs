//! SQS: messages in and out.
//!
//! There is one set of operations, in the shapes of the JSON protocol; the query protocol of
//! older clients is translated to it and back.

use serde_json::Value;

use super::{
    call::{Call, name_of},
    failure::{Failure, Outcome},
};

mod batch;
pub(super) mod json;
mod manage;
pub(super) mod message;
pub(super) mod query;
mod receive;
mod send;

/// The namespace of the answers of the query protocol.
pub(super) const NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";

/// The name of a queue that exists and that the caller may do this with, by its URL.
fn open(call: &Call<'_>, url: Option<&str>, action: &str) -> Outcome<String> {
    let url = url.ok_or_else(|| missing("QueueUrl"))?;
    let name = name_of(url.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
    // A caller that may not do it does not learn whether the queue exists.
    call.authorize(&format!("sqs:{action}"), &call.place().arn("sqs", name))
        .map_err(|failure| failure.status(403))?;
    if call.backend.queue_attributes(name).is_none() {
        return Err(no_queue());
    }
    Ok(name.to_owned())
}

fn no_queue() -> Failure {
    Failure::new("QueueDoesNotExist", "The specified queue does not exist.")
}

fn missing(name: &str) -> Failure {
    Failure::new("MissingParameter", format!("The request must contain the parameter {name}."))
}

fn out_of_range(name: &str, value: i64, most: i64) -> Failure {
    Failure::new(
        "InvalidParameterValue",
        format!(
            "Value {value} for parameter {name} is invalid. Reason: Must be >= 0 and <= {most}, if provided."
        ),
    )
}

/// Seconds between nothing and the most that a parameter takes.
fn seconds(name: &str, value: i64, most: i64) -> Outcome<std::time::Duration> {
    match u64::try_from(value) {
        Ok(seconds) if value <= most => Ok(std::time::Duration::from_secs(seconds)),
        _ => Err(out_of_range(name, value, most)),
    }
}

/// An answer with nothing in it.
fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}
