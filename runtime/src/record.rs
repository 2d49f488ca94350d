//! Stream records: what a Kinesis handler's first parameter may be, and how it is decoded.
//!
//! Two kinds of record are understood. [`Change<R>`] is a row change as AWS DMS (change data
//! capture) writes it; [`Json<T>`] is a plain JSON document that some other producer put.
//!
//! # How DMS writes a row, and how it is read here
//!
//! DMS does not keep the types of the source. The reading is therefore led by the Rust type of
//! each field, on the exact text of the record; a number goes through a float only on its way
//! to a float.
//!
//! | the field is | accepted |
//! |---|---|
//! | an integer | a number or a string holding one; `1.234567890123456789E18`, as DMS writes a `BIGINT` of more than 16 digits, if it is whole |
//! | `f32`, `f64` | a number or a string holding one |
//! | `bool` | `true`, `false`, `0`, `1`, also as strings (`TINYINT(1)` arrives as a number, `BIT` as a boolean) |
//! | `String`, `char` | a string; of a number or boolean its text, unchanged |
//! | an enum | its variant's name as a string; other variants from a JSON column |
//! | a struct, map or list | a JSON column, which arrives as a string that holds the document |
//! | bytes, `Vec<u8>` | hexadecimal digits, with or without `0x` |
//! | `Option<T>` | as `T`; null, an absent column and, where `T` cannot be empty text, `""` are `None` |
//! | any other type | a whole number as an integer, every other number as its text, a string as a string |
//!
//! - A decimal type of another crate sees the last line: it is given `"10.50"`, never a float,
//!   so that neither digits nor scale are lost.
//! - DMS may have rounded a long integer before it wrote the exponent form, and nothing in the
//!   record shows it. A [`Capture`](derive@crate::Capture) has such columns written as strings;
//!   for another task, map them to `string` yourself.
//! - A `DATETIME` arrives as `2023-01-16T06:18:32Z`, and its `Z` is false: the value is the
//!   column's own local time. (A `TIMESTAMP` is UTC.) Strings are passed on as they came; read
//!   such a column into a type without a zone, after taking the `Z` off.
//! - A DMS endpoint leaves null and empty columns out unless `IncludeNullAndEmpty` is set.
//! - A `JSON` or `LONGTEXT` column longer than the task's `LobMaxSize` (32 KB by default) is
//!   cut, without an error at the source. A document that ends early is
//!   [reported](Problem::CutShort); a cut `String` cannot be told from a whole one.
//! - A `Vec` cannot tell whether it is of bytes: the empty string is an empty list for all.
//! - Under `#[serde(flatten)]`, and in untagged or internally tagged enums, serde reads before
//!   it knows the field's type, so that everything there is read as "any other type".

use std::fmt;

use serde::de::DeserializeOwned;

mod change;
mod column;
mod columns;
mod envelope;
mod error;
mod fault;
mod number;
mod object;

pub use change::Change;
pub use error::{DecodeError, Problem};

/// A row of a captured database table, under the column names that serde gives its fields.
///
/// Columns that the type does not name are ignored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row type",
    label = "not a row of a captured table",
    note = "add `#[derive(Row, Deserialize)]` and `#[row(table = \"…\")]` to it"
)]
pub trait Row: DeserializeOwned + Send + 'static {
    /// The id in the manifest.
    const ID: &'static str;
    /// The table's name in the database, or `schema.table` of a table in another schema of the
    /// cluster than its database, or where two captured schemas have a table of that name. Compared without regard to case, because MySQL's
    /// `lower_case_table_names` may change the case on the way.
    const TABLE: &'static str;
}

/// What a stream delivers to a handler: a [`Change`] or a [`Json`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record of a stream",
    label = "expected `Change<Row>` or `Json<T>`",
    note = "`Change<Row>` is a row change captured by DMS, `Json<T>` any other JSON record"
)]
pub trait Record: sealed::Sealed + Sized + Send {
    /// The id of the row type, for change records.
    #[doc(hidden)]
    const ROW: Option<&'static str>;
    /// Decodes the data of one record, which base64 no longer wraps.
    ///
    /// # Errors
    /// When the data is not such a record; no input panics.
    fn decode(data: &[u8]) -> Result<Decoded<Self>, DecodeError>;
    /// The shape of a record, as far as it can be learnt from its type alone.
    #[cfg(feature = "describe")]
    #[doc(hidden)]
    fn shape() -> Option<crate::manifest::Shape> {
        None
    }
}

/// A record that could be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded<T> {
    /// One for the handler.
    Value(T),
    /// One that is none of the handler's business.
    Skipped(Skipped),
}

/// Why a record is not for the handler. It displays as a phrase for a log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skipped {
    /// DMS tells of a change to a table's definition, or of its own bookkeeping.
    Control {
        /// Such as `create-table`.
        operation: String,
        /// The schema, often empty.
        schema: String,
        /// The table, often empty.
        table: String,
    },
    /// A row of another table.
    Table {
        /// The schema, empty where the record names none.
        schema: String,
        /// The table.
        table: String,
    },
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (schema, table) = match self {
            Skipped::Control { operation, schema, table } => {
                write!(f, "control record `{operation}`")?;
                if table.is_empty() {
                    return Ok(());
                }
                f.write_str(" of ")?;
                (schema, table)
            }
            Skipped::Table { schema, table } => {
                f.write_str("a row of ")?;
                (schema, table)
            }
        };
        match schema.as_str() {
            "" => write!(f, "table `{table}`"),
            schema => write!(f, "table `{schema}.{table}`"),
        }
    }
}

/// A record that is one JSON document: `Json(reading): Json<Reading>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> Record for Json<T> {
    const ROW: Option<&'static str> = None;

    #[cfg(feature = "describe")]
    fn shape() -> Option<crate::manifest::Shape> {
        crate::describe::shape::<T>()
    }

    fn decode(data: &[u8]) -> Result<Decoded<Self>, DecodeError> {
        serde_json::from_slice(data).map(|value| Decoded::Value(Json(value))).map_err(|error| {
            let reason = error::json_reason(&error);
            match error.classify() {
                serde_json::error::Category::Data => DecodeError::Document { reason },
                _ => DecodeError::NotJson { reason },
            }
        })
    }
}

mod sealed {
    /// Only the records of this module decode: the macros know no others.
    pub trait Sealed {}
    impl<R: super::Row> Sealed for super::Change<R> {}
    impl<T: super::DeserializeOwned + Send + 'static> Sealed for super::Json<T> {}
}
