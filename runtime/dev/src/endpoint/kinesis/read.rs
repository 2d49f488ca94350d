//! Records out.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Named,
    iterator::{Iterator, expired},
    no_stream, stream_arn,
};
use crate::endpoint::{
    backend::{Position, Record, Shard},
    call::{Call, name_of},
    failure::{Failure, Outcome, required},
    json::parameters,
    time,
};

/// The most records of an answer.
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>
const RECORDS: u64 = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetShardIterator {
    #[serde(flatten)]
    stream: Named,
    shard_id: Option<String>,
    shard_iterator_type: Option<String>,
    starting_sequence_number: Option<String>,
    timestamp: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetRecords {
    shard_iterator: Option<String>,
    limit: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListShards {
    #[serde(flatten)]
    stream: Named,
    next_token: Option<String>,
    exclusive_start_shard_id: Option<String>,
    max_results: Option<usize>,
}

pub(super) fn get_shard_iterator(call: &Call<'_>, request: GetShardIterator) -> Outcome<Value> {
    let (stream, shards) = request.stream.open(call, "GetShardIterator")?;
    let shard = required(request.shard_id, "ShardId")?;
    let no_shard = || {
        let account = call.place().account;
        Failure::not_found(format!(
            "Shard {shard} in stream {stream} under account {account} does not exist"
        ))
    };
    let Shard { first, .. } = shards.iter().find(|it| it.id == shard).ok_or_else(no_shard)?;
    let kind = required(request.shard_iterator_type, "ShardIteratorType")?;
    let number = || {
        let text = required(request.starting_sequence_number.as_deref(), "StartingSequenceNumber")?;
        text.parse::<u128>().ok().filter(|number| number >= first).ok_or_else(|| {
            invalid(format!(
                "StartingSequenceNumber {text} used in GetShardIterator on shard {shard} in stream {stream} is invalid."
            ))
        })
    };
    let position = match kind.as_str() {
        "TRIM_HORIZON" => Position::Start,
        "LATEST" => Position::Sequence(call.backend.end(&stream, &shard).ok_or_else(no_shard)?),
        "AT_SEQUENCE_NUMBER" => Position::Sequence(number()?),
        "AFTER_SEQUENCE_NUMBER" => Position::Sequence(number()?.saturating_add(1)),
        "AT_TIMESTAMP" => {
            let timestamp = required(request.timestamp, "Timestamp")?;
            let time = time::from_seconds(timestamp);
            Position::Time(time.ok_or_else(|| invalid("Timestamp is not a time".into()))?)
        }
        other => {
            return Err(Failure::validation(format!(
                "1 validation error detected: Value '{other}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"
            )));
        }
    };
    let iterator = Iterator { stream, shard, position, issued: call.backend.now() };
    Ok(json!({"ShardIterator": iterator.to_text()}))
}

/// Answers at once, as Kinesis does, also when there is nothing.
pub(super) fn get_records(call: &Call<'_>, request: GetRecords) -> Outcome<Value> {
    let text = required(request.shard_iterator, "ShardIterator")?;
    let Iterator { stream, shard, position, issued } =
        Iterator::from_text(&text).ok_or_else(|| invalid("Invalid ShardIterator.".into()))?;
    call.authorize("kinesis:GetRecords", &stream_arn(call, &stream))?;
    let now = call.backend.now();
    if let Some(failure) = expired(issued, now) {
        return Err(failure);
    }
    let limit = request.limit.unwrap_or(RECORDS);
    if !(1..=RECORDS).contains(&limit) {
        return Err(Failure::validation(format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and {RECORDS}"
        )));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let page = call
        .backend
        .records(&stream, &shard, position, limit)
        .ok_or_else(|| no_stream(call, &stream))?;
    let next = Position::Sequence(page.next);
    let next = Iterator { stream, shard, position: next, issued: now };
    Ok(json!({
        "Records": page.records.iter().map(record).collect::<Vec<_>>(),
        "NextShardIterator": next.to_text(),
        "MillisBehindLatest": page.behind,
    }))
}

fn record(record: &Record) -> Value {
    json!({
        "SequenceNumber": record.sequence_number.to_string(),
        "ApproximateArrivalTimestamp": time::seconds(record.arrived),
        "Data": BASE64_STANDARD.encode(&record.data),
        "PartitionKey": record.partition_key,
    })
}

/// All shards, or those behind one; a token is what the last answer said to go on with.
pub(super) fn list_shards(call: &Call<'_>, request: ListShards) -> Outcome<Value> {
    #[derive(Deserialize)]
    struct Token {
        stream: String,
        after: String,
    }
    let token: Option<Token> = match &request.next_token {
        Some(text) => {
            let text = BASE64_STANDARD.decode(text).unwrap_or_default();
            Some(parameters(&text).map_err(|_| invalid("Invalid NextToken.".into()))?)
        }
        None => None,
    };
    let named = match &token {
        Some(token) => Named { stream_name: Some(name_of(&token.stream).into()), stream_arn: None },
        None => request.stream,
    };
    let (stream, mut shards) = named.open(call, "ListShards")?;
    if let Some(after) = token.map(|it| it.after).or(request.exclusive_start_shard_id) {
        shards.retain(|shard| shard.id > after);
    }
    let rest =
        shards.split_off(request.max_results.unwrap_or(1000).clamp(1, 10_000).min(shards.len()));
    let mut answer = json!({"Shards": shards.iter().map(described).collect::<Vec<_>>()});
    if let (Some(_), Some(last)) = (rest.first(), shards.last()) {
        let token = json!({"stream": stream, "after": last.id}).to_string();
        answer["NextToken"] = json!(BASE64_STANDARD.encode(token));
    }
    Ok(answer)
}

/// A shard as descriptions have it.
pub(super) fn described(shard: &Shard) -> Value {
    let (first, last) = shard.hash_keys;
    json!({
        "ShardId": shard.id,
        "HashKeyRange": {
            "StartingHashKey": first.to_string(),
            "EndingHashKey": last.to_string(),
        },
        "SequenceNumberRange": {"StartingSequenceNumber": shard.first.to_string()},
    })
}

fn invalid(message: String) -> Failure {
    Failure::new("InvalidArgumentException", message)
}
