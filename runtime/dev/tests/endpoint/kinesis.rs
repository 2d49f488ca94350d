use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::stage::Stage;

fn put(stage: &Stage, key: &str, data: &str) -> (String, String) {
    let data = BASE64_STANDARD.encode(data);
    let record = json!({"StreamName": "Pedidos", "PartitionKey": key, "Data": data});
    let answer = stage.ok("Kinesis_20131202.PutRecord", record);
    let text = |name: &str| answer[name].as_str().expect("is text").to_owned();
    (text("ShardId"), text("SequenceNumber"))
}

fn iterator(stage: &Stage, shard: &str, how: Value) -> String {
    let mut request = json!({"StreamName": "Pedidos", "ShardId": shard});
    for (name, value) in how.as_object().expect("is an object") {
        request[name] = value.clone();
    }
    let answer = stage.ok("Kinesis_20131202.GetShardIterator", request);
    answer["ShardIterator"].as_str().expect("is text").to_owned()
}

/// The data of the records from an iterator on, and the next one.
fn get(stage: &Stage, iterator: &str, limit: usize) -> (Vec<String>, String) {
    let request = json!({"ShardIterator": iterator, "Limit": limit});
    let answer = stage.ok("Kinesis_20131202.GetRecords", request);
    let data = |record: &Value| {
        let bytes = BASE64_STANDARD.decode(record["Data"].as_str().expect("is text"));
        String::from_utf8(bytes.expect("is base64")).expect("is text")
    };
    let records = answer["Records"].as_array().expect("is a list").iter().map(data).collect();
    (records, answer["NextShardIterator"].as_str().expect("is text").to_owned())
}

#[test]
fn records_come_out_in_the_order_they_went_in() {
    let stage = Stage::new();
    let (shard, first) = put(&stage, "k", "a");
    let latest = iterator(&stage, &shard, json!({"ShardIteratorType": "LATEST"}));
    let (_, second) = put(&stage, "k", "b");
    put(&stage, "k", "c");
    let start = iterator(&stage, &shard, json!({"ShardIteratorType": "TRIM_HORIZON"}));
    let (records, next) = get(&stage, &start, 2);
    assert_eq!(records, ["a", "b"]);
    let (records, next) = get(&stage, &next, 10);
    assert_eq!(records, ["c"]);
    let (records, next) = get(&stage, &next, 10);
    assert!(records.is_empty());
    put(&stage, "k", "d");
    assert_eq!(get(&stage, &next, 10).0, ["d"]);
    assert_eq!(get(&stage, &latest, 10).0, ["b", "c", "d"]);
    let numbered = |kind: &str, number: &str| {
        let how = json!({"ShardIteratorType": kind, "StartingSequenceNumber": number});
        get(&stage, &iterator(&stage, &shard, how), 10).0
    };
    assert_eq!(numbered("AT_SEQUENCE_NUMBER", &second), ["b", "c", "d"]);
    assert_eq!(numbered("AFTER_SEQUENCE_NUMBER", &first), ["b", "c", "d"]);
    let since = |timestamp: f64| {
        let how = json!({"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": timestamp});
        get(&stage, &iterator(&stage, &shard, how), 10).0.len()
    };
    assert_eq!((since(0.0), since(9e9)), (4, 0));
}

#[test]
fn a_hash_key_chooses_the_shard() {
    let stage = Stage::new();
    let record = |hash: &str| json!({"Data": "", "PartitionKey": "k", "ExplicitHashKey": hash});
    let records = json!({
        "StreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/Pedidos",
        "Records": [record("0"), record("340282366920938463463374607431768211455")],
    });
    let answer = stage.ok("Kinesis_20131202.PutRecords", records);
    assert_eq!(answer["FailedRecordCount"], 0);
    assert_eq!(answer["Records"][0]["ShardId"], "shardId-000000000000");
    assert_eq!(answer["Records"][1]["ShardId"], "shardId-000000000001");
}

#[test]
fn streams_are_described_and_their_shards_listed_page_by_page() {
    let stage = Stage::new();
    let named = json!({"StreamName": "Pedidos"});
    let summary = stage.ok("Kinesis_20131202.DescribeStreamSummary", named.clone());
    assert_eq!(summary["StreamDescriptionSummary"]["OpenShardCount"], 2);
    let description = stage.ok("Kinesis_20131202.DescribeStream", named);
    assert_eq!(description["StreamDescription"]["StreamStatus"], "ACTIVE");
    let request = json!({"StreamName": "Pedidos", "MaxResults": 1});
    let page = stage.ok("Kinesis_20131202.ListShards", request);
    assert_eq!(page["Shards"][0]["ShardId"], "shardId-000000000000");
    let page = stage.ok("Kinesis_20131202.ListShards", json!({"NextToken": page["NextToken"]}));
    assert_eq!(page["Shards"][0]["ShardId"], "shardId-000000000001");
    assert_eq!(page["NextToken"], Value::Null);
    let names = stage.ok("Kinesis_20131202.ListStreams", json!({}));
    assert_eq!(names["StreamNames"], json!(["Pedidos"]));
}

#[test]
fn what_kinesis_does_not_take_is_refused_with_its_code() {
    let stage = Stage::new();
    let large = BASE64_STANDARD.encode(vec![0; 1024 * 1024 + 1]);
    let record = |key: &str, data: &str| json!({"PartitionKey": key, "Data": data});
    let in_stream = |mut record: Value| {
        record["StreamName"] = json!("Pedidos");
        record
    };
    let mut hashed = in_stream(record("k", ""));
    hashed["ExplicitHashKey"] = json!("-1");
    let mut elsewhere = record("k", "");
    elsewhere["StreamName"] = json!("Outro");
    let many = vec![record("k", ""); 501];
    let at = |how: &str| json!({"StreamName": "Pedidos", "ShardId": "shardId-000000000000", "ShardIteratorType": how});
    for (operation, request, code) in [
        ("PutRecord", elsewhere, "ResourceNotFoundException"),
        ("PutRecord", json!({}), "ValidationException"),
        ("PutRecord", in_stream(json!({"Data": ""})), "ValidationException"),
        ("PutRecord", in_stream(record("", "")), "ValidationException"),
        ("PutRecord", in_stream(record(&"k".repeat(257), "")), "ValidationException"),
        ("PutRecord", in_stream(record("k", &large)), "ValidationException"),
        ("PutRecord", in_stream(record("k", "no base64")), "SerializationException"),
        ("PutRecord", hashed, "InvalidArgumentException"),
        ("PutRecords", json!({"StreamName": "Pedidos", "Records": []}), "ValidationException"),
        ("PutRecords", json!({"StreamName": "Pedidos", "Records": many}), "ValidationException"),
        ("GetShardIterator", at("SOMEWHERE"), "ValidationException"),
        ("GetShardIterator", at("AT_SEQUENCE_NUMBER"), "ValidationException"),
        (
            "GetShardIterator",
            json!({"StreamName": "Pedidos", "ShardId": "x", "ShardIteratorType": "LATEST"}),
            "ResourceNotFoundException",
        ),
        ("GetRecords", json!({"ShardIterator": "x"}), "InvalidArgumentException"),
        ("ListShards", json!({"NextToken": "x"}), "InvalidArgumentException"),
    ] {
        let (found, message) = stage.error(&format!("Kinesis_20131202.{operation}"), request);
        assert_eq!(found, code, "{operation}: {message}");
    }
}
