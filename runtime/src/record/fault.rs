//! What goes wrong inside serde, before table and image are known.

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

use super::error::{Problem, excerpt, json_reason, shorten};

/// The error of the deserializers of rows and columns.
#[derive(Debug)]
pub(super) enum Fault {
    /// Of the column being read, or of the row.
    Here(Problem),
    /// Of a named column.
    Column(String, Problem),
    /// An `Option` whose type refuses the empty string: the column is to be read as null.
    Empty(String),
    /// A before image without a column that the row type reads.
    Incomplete,
}

impl Fault {
    /// Names the column, unless it is named already.
    pub(super) fn at(self, column: &str) -> Self {
        match self {
            Fault::Here(problem) => Fault::Column(column.to_owned(), problem),
            named => named,
        }
    }

    /// The column, if it is of one, and what is wrong.
    pub(super) fn into_column(self) -> (Option<String>, Problem) {
        match self {
            Fault::Column(column, problem) => (Some(column), problem),
            Fault::Here(problem) => (None, problem),
            // The reader of a row answers both itself.
            Fault::Empty(column) => (Some(column), Problem::Null),
            Fault::Incomplete => (None, Problem::Refused { reason: "incomplete".to_owned() }),
        }
    }

    /// A value that is not what its field expects.
    pub(super) fn mismatch(found: &str, expected: impl Into<String>) -> Self {
        Fault::Here(Problem::Mismatch { found: excerpt(found), expected: expected.into() })
    }

    /// The error of a JSON document inside a column.
    pub(super) fn document(error: serde_json::Error) -> Self {
        Fault::Here(match error.is_eof() {
            true => Problem::CutShort,
            false => Problem::Document { reason: json_reason(&error) },
        })
    }
}

impl Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Fault::Here(Problem::Refused { reason: shorten(message) })
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, expected) = (shorten(found), shorten(expected));
        Fault::Here(Problem::Mismatch { found, expected })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let names: Vec<_> = expected.iter().map(|name| format!("`{name}`")).collect();
        let expected = match names.is_empty() {
            true => "a variant, of which there are none".to_owned(),
            false => shorten(format!("one of {}", names.join(", "))),
        };
        Fault::Here(Problem::Mismatch { found: format!("`{}`", excerpt(variant)), expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::Column(field.to_owned(), Problem::Absent { similar: None })
    }
}

impl std::error::Error for Fault {}

/// Required by serde; faults reach the user as a [`DecodeError`](super::DecodeError).
impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Here(problem) => problem.fmt(f),
            Fault::Column(column, problem) => write!(f, "column `{column}`: {problem}"),
            Fault::Empty(column) => write!(f, "column `{column}` is empty"),
            Fault::Incomplete => f.write_str("the before image is incomplete"),
        }
    }
}
