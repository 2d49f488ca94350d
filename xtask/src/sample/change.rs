//! A record of change data capture.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html>

use esteira_manifest::{Kind, Manifest, Row, Shape};
use serde_json::{Map, Value, json};

use super::{item, shape};

/// The record that DMS writes of a row that was inserted.
pub(super) fn insert(id: &str, row: &Row, manifest: &Manifest) -> Value {
    let mut data = Map::new();
    if let Shape::Object(fields) = shape::within(&row.columns) {
        shape::flat(fields, &mut |field| {
            data.insert(field.name.to_string(), column(&field.shape, &field.name));
        });
    }
    let (schema, table) = match row.table.split_once('.') {
        Some((schema, table)) => (schema, table),
        None => (database(id, manifest).unwrap_or("sample"), row.table.as_ref()),
    };
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let key: Vec<_> = row.key.iter().filter_map(|key| data.get(key.as_ref()).map(plain)).collect();
    json!({
        "data": data,
        "metadata": {
            "timestamp": "2026-01-01T00:00:00.000000Z",
            "record-type": "data",
            "operation": "insert",
            "partition-key-type": "primary-key",
            "partition-key-value": format!("{schema}.{table}.{}", key.join(".")),
            "schema-name": schema,
            "table-name": table,
            "transaction-id": 1,
        },
    })
}

/// A column as DMS writes it: bytes are hexadecimal digits, and a JSON column is a text.
fn column(of: &Shape, name: &str) -> Value {
    match shape::within(of) {
        Shape::Array(inner) if inner.first() == Some(BYTE) => "01".into(),
        of @ (Shape::Array(_) | Shape::Map(_) | Shape::Object(_)) => {
            shape::value(of, name).to_string().into()
        }
        of => shape::value(of, name),
    }
}

const BYTE: &Shape = &Shape::Integer { bits: 8, signed: false };

/// The database whose table is captured.
fn database<'m>(row: &str, manifest: &'m Manifest) -> Option<&'m str> {
    let capture = manifest.items.iter().find_map(|item| match &item.kind {
        Kind::Capture(capture) if capture.tables.iter().any(|table| table == row) => Some(capture),
        _ => None,
    })?;
    match &item(manifest, &capture.from)?.kind {
        Kind::Aurora(aurora) => Some(&aurora.database),
        _ => None,
    }
}
