//! Records in.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Named, no_stream};
use crate::endpoint::{
    backend::{Refused, Written},
    call::Call,
    failure::{Failure, Outcome, required},
};

/// The most bytes of a record, its partition key not counted: 1 MiB, what a stream takes unless
/// it is told otherwise.
/// <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>
const RECORD_BYTES: usize = 1024 * 1024;

/// The most bytes of a call, with the partition keys: 10 MiB.
const CALL_BYTES: usize = 10 * 1024 * 1024;

/// The most records of a call.
const RECORDS: usize = 500;

/// The most characters of a partition key.
const PARTITION_KEY: usize = 256;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    data: Option<String>,
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct PutRecord {
    #[serde(flatten)]
    stream: Named,
    #[serde(flatten)]
    entry: Entry,
}

#[derive(Deserialize)]
pub(super) struct PutRecords {
    #[serde(flatten)]
    stream: Named,
    #[serde(rename = "Records")]
    records: Option<Vec<Entry>>,
}

/// An entry that was checked.
struct Checked {
    partition_key: String,
    hash_key: Option<u128>,
    data: Vec<u8>,
}

pub(super) fn put_record(call: &Call<'_>, request: PutRecord) -> Outcome<Value> {
    let (stream, _) = request.stream.open(call, "PutRecord")?;
    let entry = check(request.entry)?;
    let written = put(call, &stream, entry).map_err(|refused| answer_of(call, &stream, refused))?;
    Ok(written_json(&written))
}

pub(super) fn put_records(call: &Call<'_>, request: PutRecords) -> Outcome<Value> {
    let (stream, _) = request.stream.open(call, "PutRecords")?;
    let records = required(request.records, "Records")?;
    if records.is_empty() || records.len() > RECORDS {
        return Err(Failure::validation(format!(
            "1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length less than or equal to {RECORDS} and greater than or equal to 1"
        )));
    }
    let records = records.into_iter().map(check).collect::<Outcome<Vec<_>>>()?;
    let bytes: usize = records.iter().map(|it| it.data.len() + it.partition_key.len()).sum();
    if bytes > CALL_BYTES {
        return Err(Failure::new(
            "InvalidArgumentException",
            format!("Records size exceeds {CALL_BYTES} bytes"),
        ));
    }
    let mut failed = 0;
    let answers: Vec<_> = records
        .into_iter()
        .map(|record| match put(call, &stream, record) {
            Ok(written) => written_json(&written),
            Err(refused) => {
                failed += 1;
                json!({"ErrorCode": refused.code, "ErrorMessage": refused.message})
            }
        })
        .collect();
    Ok(json!({"FailedRecordCount": failed, "Records": answers}))
}

fn put(call: &Call<'_>, stream: &str, entry: Checked) -> Result<Written, Refused> {
    call.backend.put_record(stream, &entry.partition_key, entry.hash_key, entry.data)
}

fn answer_of(call: &Call<'_>, stream: &str, refused: Refused) -> Failure {
    match refused.code.as_str() {
        "ResourceNotFoundException" => no_stream(call, stream),
        _ => refused.into(),
    }
}

fn written_json(written: &Written) -> Value {
    json!({
        "ShardId": written.shard,
        "SequenceNumber": written.sequence_number.to_string(),
    })
}

fn check(entry: Entry) -> Outcome<Checked> {
    let data = required(entry.data, "Data")?;
    let data = BASE64_STANDARD.decode(data).map_err(|error| {
        Failure::new("SerializationException", format!("Data is no base64: {error}"))
    })?;
    let limit = |what: &str, most: usize| {
        Failure::validation(format!(
            "1 validation error detected: Value at '{what}' failed to satisfy constraint: Member must have length less than or equal to {most}"
        ))
    };
    if data.len() > RECORD_BYTES {
        return Err(limit("data", RECORD_BYTES));
    }
    let partition_key = required(entry.partition_key, "PartitionKey")?;
    if partition_key.is_empty() {
        return Err(Failure::validation(
            "1 validation error detected: Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ));
    }
    if partition_key.chars().count() > PARTITION_KEY {
        return Err(limit("partitionKey", PARTITION_KEY));
    }
    let hash_key = entry.explicit_hash_key.map(|text| hash_key(&text)).transpose()?;
    Ok(Checked { partition_key, hash_key, data })
}

/// A hash key is a number below 2^128, without a sign or zeros before it.
fn hash_key(text: &str) -> Outcome<u128> {
    let number = text.parse().ok().filter(|number: &u128| number.to_string() == text);
    number.ok_or_else(|| {
        Failure::new(
            "InvalidArgumentException",
            format!("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {text}"),
        )
    })
}
