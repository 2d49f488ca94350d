//! What Lambda is handed: the event that a person wrote, with what AWS puts around it.

use base64::prelude::{BASE64_STANDARD, Engine};
use esteira_manifest::Trigger;
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Result};

/// What a function with this trigger is handed. Records of a stream are wrapped one by one; what
/// has AWS's own form is left as it is.
///
/// # Errors
///
/// It has another form.
pub(crate) fn deliver(trigger: &Trigger, event: Value, stream: &str) -> Result<Value> {
    match trigger {
        Trigger::Event(_) if event.get("detail").is_some() => Ok(event),
        Trigger::Event(_) => Err(Diagnostic::new("this is no event: it has no `detail`")
            .help("write the whole event, as `--event sample --print` shows it")
            .into()),
        Trigger::Kinesis(_) => match event {
            Value::Object(object) if is_batch(&object) => Ok(object.into()),
            Value::Array(records) if records.is_empty() => {
                Err(Diagnostic::new("these are no records: the list is empty")
                    .help("write the records, as `--event sample --print` shows them")
                    .into())
            }
            Value::Array(records) => Ok(batch(&records, stream)),
            record => Ok(batch(&[record], stream)),
        },
    }
}

fn is_batch(object: &serde_json::Map<String, Value>) -> bool {
    let records = object.get("Records").and_then(Value::as_array);
    records.is_some_and(|records| records.iter().all(|record| record.get("kinesis").is_some()))
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>
fn batch(records: &[Value], stream: &str) -> Value {
    let record = |(number, record): (usize, &Value)| {
        // As long as the real ones, and in the order of the records.
        let sequence = format!("{:056}", number + 1);
        let key = record["metadata"]["partition-key-value"].as_str().map(str::to_owned);
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": key.unwrap_or_else(|| format!("sample-{}", number + 1)),
                "sequenceNumber": sequence,
                "data": BASE64_STANDARD.encode(record.to_string()),
                "approximateArrivalTimestamp": 1_767_225_600.0,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000000:{sequence}"),
            "eventName": "aws:kinesis:record",
            "eventSourceARN": stream,
        })
    };
    json!({ "Records": records.iter().enumerate().map(record).collect::<Vec<_>>() })
}
