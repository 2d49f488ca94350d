//! What change data capture makes of a row.

use serde_json::{Map, Value, json};

use super::Engine;
use crate::{
    __private::Registered,
    manifest::{Capture, Item, Kind, Row},
};

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

impl Engine {
    /// Puts a change of a row on the stream of every capture of its table, as DMS would: one record
    /// of the change, on the shard of its primary key.
    ///
    /// # Errors
    ///
    /// No capture takes this row, or it lacks a column of its key.
    pub fn capture(&mut self, row: &str, change: &Change) -> crate::Result<()> {
        let (item, declared) = find(row, |kind| match kind {
            Kind::Row(row) => Some(row),
            _ => None,
        })
        .ok_or_else(|| format!("`{row}` is not a declared row"))?;
        let key = partition_key(declared, change.row())
            .map_err(|column| format!("the row of `{}` has no `{column}`, its key", item.name()))?;
        let mut any = false;
        for capture in captures().filter(|capture| capture.tables.iter().any(|it| it == row)) {
            let database = find(&capture.from, |kind| match kind {
                Kind::Aurora(aurora) => Some(aurora.database.as_ref()),
                _ => None,
            });
            let stream = self.streams().position(|stream| stream.id == capture.into);
            let (Some((_, database)), Some(stream)) = (database, stream) else { continue };
            let (database, table) = match declared.table.split_once('.') {
                Some(both) => both,
                None => (database, declared.table.as_ref()),
            };
            let data = self.record(database, table, change).to_string();
            self.put_record(stream, key.clone(), None, data.into());
            any = true;
        }
        match any {
            true => Ok(()),
            false => Err(format!(
                "no capture takes the row `{}`: name it among the `tables` of one",
                item.name()
            )
            .into()),
        }
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

fn captures() -> impl Iterator<Item = &'static Capture> {
    inventory::iter::<Registered>.into_iter().filter_map(|registered| match &registered.0.kind {
        Kind::Capture(capture) => Some(capture),
        _ => None,
    })
}

fn find<T>(id: &str, kind: impl Fn(&'static Kind) -> Option<T>) -> Option<(&'static Item, T)> {
    let items = inventory::iter::<Registered>.into_iter().map(|registered| registered.0);
    items.filter(|item| item.id == id).find_map(|item| Some((item, kind(&item.kind)?)))
}
