//! What is written of what is given up, as AWS writes it.

use std::{collections::BTreeMap, time::SystemTime};

use humantime::{format_rfc3339_millis, format_rfc3339_seconds};
use serde_json::{Value, json};

use super::{
    event::Event,
    function::{Failure, Payload},
    mapping::GivenUp,
    place::Place,
    stream::{Record, shard_id},
    tries::Try,
};

/// Who gave up, and on what.
pub(super) struct GaveUp<'a> {
    pub(super) place: &'a Place,
    /// The ARN of the function.
    pub(super) function: &'a str,
    pub(super) now: SystemTime,
    /// A new id.
    pub(super) id: String,
    /// The function's last failure, if it had one.
    pub(super) failure: Option<&'a Failure>,
}

impl GaveUp<'_> {
    /// The object for records that a mapping gives up on.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>
    pub(super) fn records(&self, given_up: &GivenUp, stream: &str, payload: &Payload) -> Value {
        let name = self.function.rsplit(':').next().unwrap_or_default();
        let (first, last) = (given_up.records.first(), given_up.records.last());
        let number = |record: Option<&std::sync::Arc<Record>>| {
            record.map(|record| record.sequence_number.clone())
        };
        let arrival = |record: Option<&std::sync::Arc<Record>>| {
            record.map(|record| format_rfc3339_millis(record.arrived).to_string())
        };
        json!({
            "requestContext": self.request(self.function.to_owned(), given_up.condition, given_up.deliveries),
            "responseContext": self.response(),
            "version": "1.0",
            "timestamp": self.timestamp(),
            "KinesisBatchInfo": {
                "shardId": first.map(|record| shard_id(record.shard)),
                "startSequenceNumber": number(first),
                "endSequenceNumber": number(last),
                "approximateArrivalOfFirstRecord": arrival(first),
                "approximateArrivalOfLastRecord": arrival(last),
                "batchSize": given_up.records.len(),
                "streamArn": stream,
            },
            // A text, in which the records are JSON.
            "payload": payload.text(self.place, name),
        })
    }

    /// The message for an event that a function failed at.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
    pub(super) fn event(&self, tried: &Try<std::sync::Arc<Event>>, condition: &str) -> String {
        let response = self
            .failure
            .map(|failure| json!({ "errorMessage": failure.message, "errorType": failure.kind }));
        let invocations = tried.failures + u32::from(self.failure.is_some());
        let request = self.request(format!("{}:$LATEST", self.function), condition, invocations);
        // The event digit by digit, which a value of JSON would not keep.
        format!(
            r#"{{"version":"1.0","timestamp":"{}","requestContext":{request},"requestPayload":{},"responseContext":{},"responsePayload":{}}}"#,
            self.timestamp(),
            tried.what.text(self.place),
            self.response().unwrap_or_default(),
            response.unwrap_or_default(),
        )
    }

    fn request(&self, function: String, condition: &str, invocations: u32) -> Value {
        json!({
            "requestId": self.id,
            "functionArn": function,
            "condition": condition,
            "approximateInvokeCount": invocations,
        })
    }

    fn response(&self) -> Option<Value> {
        self.failure.map(|_| {
            json!({
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            })
        })
    }

    fn timestamp(&self) -> String {
        format_rfc3339_millis(self.now).to_string()
    }

    /// The name of an object for records of a shard.
    pub(super) fn key(&self, mapping: &str, shard: usize) -> String {
        let time = format_rfc3339_seconds(self.now).to_string();
        let (day, clock) = time.split_at(10);
        let clock = clock.trim_matches(['T', 'Z']).replace(':', ".");
        let (folder, shard) = (day.replace('-', "/"), shard_id(shard));
        format!("{}{shard}/{folder}/{day}T{clock}-{}", self::folder(mapping), self.id)
    }
}

/// Texts beside an event that a bus could not hand over.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
pub(super) fn undelivered(
    rule: &str,
    function: &str,
    error: &Failure,
    condition: &str,
    retries: u32,
) -> BTreeMap<String, String> {
    let attributes = [
        ("RULE_ARN", rule),
        ("TARGET_ARN", function),
        ("ERROR_CODE", &error.kind),
        ("ERROR_MESSAGE", &error.message),
        ("EXHAUSTED_RETRY_CONDITION", condition),
        ("RETRY_ATTEMPTS", &retries.to_string()),
    ];
    let said = attributes.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}
/// What the names of all objects of a mapping begin with.
pub(super) fn folder(mapping: &str) -> String {
    format!("aws/lambda/{mapping}/")
}
