//! Batches as a Kinesis event source mapping delivers them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use esteira_tests::dms;
use serde_json::{Value, json};

/// What the order pipeline captures.
pub(crate) const PEDIDOS: dms::Source<'static> =
    dms::Source { schema: "ecommerce", table: "pedidos" };

/// A record before it has its place in a batch.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    key: String,
    /// In base64, as it is delivered.
    data: String,
}

impl Record {
    /// A document.
    pub(crate) fn new(key: impl ToString, document: &Value) -> Self {
        Self::text(key, &document.to_string())
    }

    /// A text that need not be JSON.
    pub(crate) fn text(key: impl ToString, text: &str) -> Self {
        Self { key: key.to_string(), data: BASE64.encode(text) }
    }

    /// Data that need not be base64.
    pub(crate) fn undecodable(key: impl ToString, data: &str) -> Self {
        Self { key: key.to_string(), data: data.to_owned() }
    }

    /// A new order; its own number is its partition key.
    pub(crate) fn order(id: i64) -> Self {
        Self::new(id, &PEDIDOS.insert(&order(id)))
    }
}

/// A row of an order.
pub(crate) fn order(id: i64) -> Value {
    json!({
        "id": id,
        "produto_id": "TV-55",
        "quantidade": 2,
        "cliente_nome": "Ana",
        "email": "ana@example.com",
        "status": "CRIADO",
    })
}

/// The row of an order whose event is a little larger than so many bytes.
pub(crate) fn large_order(id: i64, bytes: usize) -> Value {
    let mut row = order(id);
    row["cliente_nome"] = Value::String("a".repeat(bytes));
    row
}

/// A reading of a sensor; the sensor is its partition key.
pub(crate) fn reading(sensor: u64, at: u64, celsius: f64) -> Record {
    Record::new(sensor, &json!({ "sensor": sensor, "at": at, "celsius": celsius }))
}

/// A batch with these records, in their order.
pub(crate) fn batch(records: &[Record]) -> Value {
    let records: Vec<Value> = records
        .iter()
        .enumerate()
        .map(|(position, record)| {
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": record.key,
                    "sequenceNumber": sequence_number(position),
                    "data": record.data,
                    "approximateArrivalTimestamp": 1_545_084_650.987,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": event_id(position),
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": "arn:aws:iam::123456789012:role/function",
                "awsRegion": "us-east-1",
                "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/stream",
            })
        })
        .collect();
    json!({ "Records": records })
}

/// The sequence number of the record at a position.
pub(crate) fn sequence_number(position: usize) -> String {
    format!("4959033827149025660855969253836157109592157598{position:010}")
}

/// The id of the record at a position.
pub(crate) fn event_id(position: usize) -> String {
    format!("shardId-000000000000:{}", sequence_number(position))
}
