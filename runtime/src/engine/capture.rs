//! What change data capture makes of a row.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Engine;
use crate::manifest::{Item, Kind, Row};

/// A change of a row, with its columns by name.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A row that was there before the capture began.
    Load(Map<String, Value>),
    /// A new row.
    Insert(Map<String, Value>),
    /// What a row was, and what it is now.
    Update(Map<String, Value>, Map<String, Value>),
    /// What a row was.
    Delete(Map<String, Value>),
}

impl Change {
    fn operation(&self) -> &'static str {
        match self {
            Change::Load(_) => "load",
            Change::Insert(_) => "insert",
            Change::Update(..) => "update",
            Change::Delete(_) => "delete",
        }
    }

    fn row(&self) -> &Map<String, Value> {
        match self {
            Change::Load(row) | Change::Insert(row) | Change::Update(_, row) => row,
            Change::Delete(row) => row,
        }
    }
}

/// A table as it is captured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Captured {
    row: &'static Row,
    stream: usize,
    database: &'static str,
    table: &'static str,
}

/// What is captured, by the id of the row type.
pub(super) fn captured(
    items: &[&'static Item],
    streams: &[super::node::Stream],
) -> HashMap<&'static str, Vec<Captured>> {
    let kind = |id: &str| items.iter().find(|item| item.id == id).map(|item| &item.kind);
    let mut all: HashMap<&str, Vec<Captured>> = HashMap::new();
    for item in items {
        let Kind::Capture(capture) = &item.kind else { continue };
        let stream = streams.iter().position(|stream| stream.named.id == capture.into);
        let (Some(stream), Some(Kind::Aurora(from))) = (stream, kind(&capture.from)) else {
            continue;
        };
        for id in capture.tables.iter() {
            let Some(Kind::Row(row)) = kind(id) else { continue };
            let (database, table) =
                row.table.split_once('.').unwrap_or((&from.database, &row.table));
            all.entry(id).or_default().push(Captured { row, stream, database, table });
        }
    }
    all
}

impl Engine {
    /// Puts a change of a row on the stream of every capture of its table, as DMS would: one record
    /// of the change, on the shard of its primary key.
    ///
    /// # Errors
    ///
    /// No capture takes this row, or it lacks a column of its key.
    pub fn capture(&mut self, row: &str, change: &Change) -> crate::Result<()> {
        let name = row.rsplit("::").next().unwrap_or(row);
        let captured = self.captured.get(row).cloned().ok_or_else(|| {
            format!("no capture takes the row `{name}`: name it among the `tables` of one")
        })?;
        for Captured { row, stream, database, table } in captured {
            let key = partition_key(row, change.row())
                .map_err(|column| format!("the row of `{name}` has no `{column}`, its key"))?;
            let data = self.record(database, table, change).to_string();
            self.put_record(stream, key, None, data.into());
        }
        Ok(())
    }

    /// The streams that captures put changes of a table on, by its name in the database; those of all
    /// captures, or the only stream there is, if no row type is of that table.
    #[must_use]
    pub fn streams_of(&self, table: &str) -> Vec<usize> {
        let all = || self.captured.values().flatten();
        let mut streams: Vec<usize> =
            all().filter(|it| it.table == table).map(|it| it.stream).collect();
        if streams.is_empty() {
            streams = all().map(|it| it.stream).collect();
        }
        if streams.is_empty() && self.streams.len() == 1 {
            streams.push(0);
        }
        streams.sort_unstable();
        streams.dedup();
        streams
    }

    fn record(&self, database: &str, table: &str, change: &Change) -> Value {
        let mut record = json!({
            "data": change.row(),
            "metadata": {
                "timestamp": humantime::format_rfc3339_micros(self.now()).to_string(),
                "record-type": "data",
                "operation": change.operation(),
                "partition-key-type": "primary-key",
                "schema-name": database,
                "table-name": table,
            },
        });
        if let Change::Update(before, _) = change {
            record["before-image"] = before.clone().into();
        }
        record
    }
}

/// The values of the key columns; or the column that is missing.
fn partition_key<'a>(declared: &'a Row, row: &Map<String, Value>) -> Result<String, &'a str> {
    let text = |column: &'a crate::manifest::Text| match row.get(column.as_ref()) {
        None | Some(Value::Null) => Err(column.as_ref()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value) => Ok(value.to_string()),
    };
    let values: Result<Vec<_>, _> = declared.key.iter().map(text).collect();
    Ok(values?.join("."))
}
