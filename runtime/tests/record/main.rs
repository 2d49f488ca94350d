//! Records as DMS writes them, each fact a test.

use esteira::{Change, DecodeError, Decoded, Record, Row};
use serde::Deserialize;
use serde::de::DeserializeOwned;

mod columns;
mod documents;
mod envelope;
mod images;
mod properties;
mod robust;

/// The table of the published MySQL samples.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct RetailTrans {
    trans_id: i64,
    customer_id: String,
    event: String,
    sku: String,
    amount: u32,
    device: Option<String>,
    #[serde(rename = "trans_datetime")]
    at: String,
}

impl Row for RetailTrans {
    const ID: &'static str = "test";
    const TABLE: &'static str = "retail_trans";
}

/// The row of the published MySQL samples, but for its amount.
fn sold(amount: u32) -> RetailTrans {
    RetailTrans {
        trans_id: 6,
        customer_id: "387378799012".into(),
        event: "list".into(),
        sku: "AI6161BEFX".into(),
        amount,
        device: Some("pc".into()),
        at: "2023-01-16T06:18:32Z".into(),
    }
}

/// A row of one column `v`, of any type.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct One<T> {
    v: T,
}

impl<T: DeserializeOwned + Send + 'static> Row for One<T> {
    const ID: &'static str = "test";
    const TABLE: &'static str = "one";
}

/// Decodes a record that is for the handler.
fn value<T: Record>(record: &str) -> Result<T, DecodeError> {
    match T::decode(record.as_bytes())? {
        Decoded::Value(value) => Ok(value),
        Decoded::Skipped(skipped) => panic!("skipped {skipped}"),
    }
}

/// The record of an operation on table `one`.
fn record(operation: &str, parts: &str) -> String {
    format!(
        r#"{{{parts}, "metadata": {{"record-type": "data", "operation": "{operation}",
            "schema-name": "loja", "table-name": "one"}}}}"#
    )
}

/// Decodes the column `v` from its JSON text.
fn column<T: DeserializeOwned + Send + 'static>(raw: &str) -> Result<T, DecodeError> {
    match value::<Change<One<T>>>(&record("insert", &format!(r#""data": {{"v": {raw}}}"#)))? {
        Change::Insert(row) => Ok(row.v),
        _ => unreachable!("the record is an insert"),
    }
}

/// What is said of a column `v` that cannot be decoded.
fn refusal<T: DeserializeOwned + Send + 'static>(raw: &str) -> String {
    match column::<T>(raw) {
        Ok(_) => panic!("{raw} was decoded"),
        Err(error) => error.to_string(),
    }
}
