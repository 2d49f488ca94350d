//! Kinesis: records in and out.

use serde_json::{Value, json};

use super::{
    backend::Shard,
    call::{Call, name_of},
    failure::{Failure, Outcome, required},
    json::parameters,
};

mod iterator;
mod read;
mod write;

const OPERATIONS: &[&str] = &[
    "DescribeStream",
    "DescribeStreamSummary",
    "GetRecords",
    "GetShardIterator",
    "ListShards",
    "ListStreams",
    "PutRecord",
    "PutRecords",
];

/// Answers a call.
pub(super) fn answer(call: &Call<'_>, operation: &str, body: &[u8]) -> Outcome<Value> {
    match operation {
        "PutRecord" => write::put_record(call, parameters(body)?),
        "PutRecords" => write::put_records(call, parameters(body)?),
        "GetShardIterator" => read::get_shard_iterator(call, parameters(body)?),
        "GetRecords" => read::get_records(call, parameters(body)?),
        "ListShards" => read::list_shards(call, parameters(body)?),
        "DescribeStream" => describe(call, parameters(body)?),
        "DescribeStreamSummary" => describe_summary(call, parameters(body)?),
        "ListStreams" => list(call),
        other => Err(Failure::unknown("Kinesis", other, OPERATIONS)),
    }
}

/// How a call names its stream: by its name or its ARN.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
}

impl Named {
    /// The stream's name and shards, if the caller may do this with it.
    fn open(&self, call: &Call<'_>, action: &str) -> Outcome<(String, Vec<Shard>)> {
        let named = self.stream_name.as_deref().or(self.stream_arn.as_deref().map(name_of));
        let name = required(named, "StreamName")?.to_owned();
        let arn = stream_arn(call, &name);
        call.authorize(&format!("kinesis:{action}"), &arn)?;
        let shards = call.backend.shards(&name).ok_or_else(|| no_stream(call, &name))?;
        Ok((name, shards))
    }
}

fn stream_arn(call: &Call<'_>, name: &str) -> String {
    call.place().arn("kinesis", &format!("stream/{name}"))
}

fn no_stream(call: &Call<'_>, name: &str) -> Failure {
    let account = call.place().account;
    Failure::not_found(format!("Stream {name} under account {account} not found."))
}

fn describe(call: &Call<'_>, named: Named) -> Outcome<Value> {
    let (name, shards) = named.open(call, "DescribeStream")?;
    let shards: Vec<_> = shards.iter().map(read::described).collect();
    Ok(json!({"StreamDescription": {
        "StreamName": name,
        "StreamARN": stream_arn(call, &name),
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        "Shards": shards,
        "HasMoreShards": false,
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": 0,
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
    }}))
}

fn describe_summary(call: &Call<'_>, named: Named) -> Outcome<Value> {
    let (name, shards) = named.open(call, "DescribeStreamSummary")?;
    Ok(json!({"StreamDescriptionSummary": {
        "StreamName": name,
        "StreamARN": stream_arn(call, &name),
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        "OpenShardCount": shards.len(),
        "ConsumerCount": 0,
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": 0,
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
    }}))
}

fn list(call: &Call<'_>) -> Outcome<Value> {
    call.authorize("kinesis:ListStreams", "*")?;
    Ok(json!({"StreamNames": call.backend.streams(), "HasMoreStreams": false}))
}
