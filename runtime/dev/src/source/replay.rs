//! Change records from a file: JSON, one a line, as DMS writes them.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use esteira::{
    __private::{Registered, inventory},
    engine::Engine,
    manifest::{Kind, Row},
};
use serde_json::Value;

use super::Given;
use crate::run::Error;

/// A file of change records.
pub(crate) struct Replay {
    path: PathBuf,
    lines: BufReader<File>,
    line: u64,
    over: bool,
}

impl Replay {
    /// A file from behind the lines that were read.
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub(crate) fn open(path: &Path, position: Option<&str>) -> Result<Self, Error> {
        let file = File::open(path)
            .map_err(|error| format!("{} cannot be opened: {error}", path.display()))?;
        let mut replay =
            Self { path: path.to_owned(), lines: BufReader::new(file), line: 0, over: false };
        // How far it was read is of this file, or of another one.
        let read = position.and_then(|position| position.split_once(' '));
        let read = read.filter(|(_, file)| *file == path.display().to_string());
        let read = read.and_then(|(line, _)| line.parse().ok()).unwrap_or(0);
        while replay.line < read && replay.next_line()?.is_some() {}
        Ok(replay)
    }

    pub(crate) fn take(&mut self, most: usize) -> Result<Vec<Given>, Error> {
        let mut taken = Vec::new();
        while taken.len() < most && !self.over {
            let Some(text) = self.next_line()? else { break };
            if text.trim().is_empty() {
                continue;
            }
            let record: Value = serde_json::from_str(&text).map_err(|error| {
                format!(
                    "{}:{}: this is no change record: {error}; a line is one JSON document, such \
                     as {{\"data\":{{…}},\"metadata\":{{…}}}}",
                    self.path.display(),
                    self.line
                )
            })?;
            let table = record["metadata"]["table-name"].as_str().unwrap_or_default();
            taken.push(Given::Record {
                table: table.to_owned(),
                partition_key: partition_key(&record),
                data: text.trim().to_owned().into_bytes(),
            });
        }
        Ok(taken)
    }

    fn next_line(&mut self) -> Result<Option<String>, Error> {
        let mut text = String::new();
        let read = self.lines.read_line(&mut text).map_err(|error| {
            format!("{}:{}: cannot be read: {error}", self.path.display(), self.line + 1)
        })?;
        self.over = read == 0;
        self.line += u64::from(!self.over);
        Ok((!self.over).then_some(text))
    }

    pub(crate) fn position(&self) -> String {
        format!("{} {}", self.line, self.path.display())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over
    }
}

/// What keeps the changes of a row in order: what the record says, or else the values of its key.
fn partition_key(record: &Value) -> String {
    let metadata = &record["metadata"];
    if let Some(said) = metadata["partition-key-value"].as_str() {
        return said.to_owned();
    }
    let table = metadata["table-name"].as_str().unwrap_or_default();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let key = row(table).map(|row| {
        let values = row.key.iter().map(|column| text(&record["data"][column.as_ref()]));
        values.collect::<Vec<_>>().join(".")
    });
    key.unwrap_or_else(|| table.to_owned())
}

fn row(table: &str) -> Option<&'static Row> {
    inventory::iter::<Registered>.into_iter().find_map(|registered| match &registered.0.kind {
        Kind::Row(row) if row.table.rsplit('.').next() == Some(table) => Some(row),
        _ => None,
    })
}

/// Puts a record on the streams of those captures that take its table; one of an undeclared table
/// on those of all.
pub(super) fn put(
    engine: &mut Engine,
    table: &str,
    partition_key: &str,
    data: Vec<u8>,
) -> Result<(), Error> {
    let streams = engine.streams_of(table);
    if streams.is_empty() {
        return Err("no stream takes change records: declare a `#[derive(Capture)]`".into());
    }
    for stream in streams {
        engine.put_record(stream, partition_key, None, data.clone());
    }
    Ok(())
}
