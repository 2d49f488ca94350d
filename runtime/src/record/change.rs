//! A row change captured by DMS.

use super::envelope::{Envelope, missing};
use super::error::DecodeError;
use super::fault::Fault;
use super::{Decoded, Record, Row};

/// What happened to a row.
///
/// DMS delivers at least once, and every row is a record of its own whatever the transaction it
/// was part of: recognise a repeated change by its business key. Match exhaustively, so that
/// what is not meant for the handler is left out on purpose.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<R> {
    /// A row was inserted.
    Insert(R),
    /// A row was changed.
    Update {
        /// The row before, from the image that DMS adds if the endpoint asks for it.
        ///
        /// Only an image with every column that `R` reads counts: it is `None` for one of the
        /// primary key alone, and always where `R` reads a LOB (`JSON`, `LONGTEXT`), which DMS
        /// leaves out. So a difference to `after` is always a change that was made.
        before: Option<R>,
        /// The row after.
        after: R,
    },
    /// A row was deleted: the row as it was.
    Delete(R),
    /// A row was there before the capture began: `full-load-and-cdc` sends each of them once,
    /// history as far as a handler is concerned.
    Load(R),
    /// An operation that DMS may add one day.
    Other {
        /// Its name.
        operation: String,
        /// The row, if the record has one.
        row: Option<R>,
    },
}

impl<R: Row> Record for Change<R> {
    const ROW: Option<&'static str> = Some(R::ID);

    fn decode(data: &[u8]) -> Result<Decoded<Self>, DecodeError> {
        let envelope = Envelope::parse(data)?;
        if let Some(skipped) = envelope.skipped(R::TABLE) {
            return Ok(Decoded::Skipped(skipped));
        }
        change(&envelope).map(Decoded::Value)
    }
}

fn change<R: Row>(envelope: &Envelope<'_>) -> Result<Change<R>, DecodeError> {
    let data = envelope.data()?;
    let in_row = |fault| located(fault, envelope, false);
    let required = missing("data", "the columns of the row");
    Ok(match &*envelope.operation {
        "insert" => Change::Insert(data.ok_or(required)?.row().map_err(in_row)?),
        "load" => Change::Load(data.ok_or(required)?.row().map_err(in_row)?),
        "update" => {
            let mut data = data.ok_or(required)?;
            let after = data.row().map_err(in_row)?;
            let mut image = envelope.before()?.unwrap_or_else(|| data.before());
            let before = match image.is_empty() {
                true => None,
                false => image.row_before(&data).map_err(|fault| located(fault, envelope, true))?,
            };
            Change::Update { before, after }
        }
        "delete" => {
            // Both are the row as it was. Some sources put nulls in `data` for all but the key.
            let mut row = data.unwrap_or_default();
            row.overlay(envelope.before()?.unwrap_or_default());
            if row.is_empty() {
                return Err(required);
            }
            Change::Delete(row.row().map_err(in_row)?)
        }
        operation => Change::Other {
            operation: operation.to_owned(),
            // What it means is not known, so neither is what its columns should be.
            row: data.and_then(|mut data| data.row().ok()),
        },
    })
}

fn located(fault: Fault, envelope: &Envelope<'_>, before: bool) -> DecodeError {
    let table = envelope.table.to_string();
    match fault.into_column() {
        (Some(column), problem) => DecodeError::Column { table, column, before, problem },
        (None, problem) => DecodeError::Row { table, before, problem },
    }
}
