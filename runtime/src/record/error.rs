//! Why a record could not be read, with no more of its values than a reader needs.

use std::error::Error;
use std::fmt::{self, Display};

/// The longest piece of a value that is shown. Records hold personal data and errors are
/// logged, so an excerpt is enough to find the mistake.
const VALUE: usize = 40;
/// The longest column or table name that MySQL has.
const NAME: usize = 64;
/// The longest message of another library that is shown.
const MESSAGE: usize = 160;

/// Why a record could not be read.
///
/// Messages show at most 40 characters of a value, and at most 160 of what a field's own type
/// says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The record is not JSON.
    NotJson {
        /// What the parser met, and where.
        reason: String,
    },
    /// The record is JSON, but not of the type that [`Json`](crate::Json) asks for.
    Document {
        /// What did not fit, and where.
        reason: String,
    },
    /// The record is JSON, but not a change record as DMS writes it.
    Envelope {
        /// The part at fault, such as `metadata.operation`.
        part: &'static str,
        /// What stands there; nothing where the part is missing.
        found: Option<String>,
        /// What should stand there.
        expected: &'static str,
    },
    /// A column does not fit the row type's field.
    Column {
        /// The table, as the record names it.
        table: String,
        /// The column, as serde names the field.
        column: String,
        /// Whether it is the column of the row before the change.
        before: bool,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The row as a whole does not fit the row type.
    Row {
        /// The table, as the record names it.
        table: String,
        /// Whether it is the row before the change.
        before: bool,
        /// What is wrong with it.
        problem: Problem,
    },
}

/// What is wrong with a column or a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The record has no such column.
    Absent {
        /// A column of the record whose name differs only in case or underscores.
        similar: Option<String>,
    },
    /// The column is null and the field is not an `Option`.
    Null,
    /// The value is not one of the field's type.
    Mismatch {
        /// The value, shortened.
        found: String,
        /// The type, with its range or names where they matter.
        expected: String,
    },
    /// The column's JSON document ends before it is complete.
    CutShort,
    /// The column's JSON document does not fit the field's type.
    Document {
        /// What did not fit, and where in the document.
        reason: String,
    },
    /// The field's type refused the value in its own words.
    Refused {
        /// Those words, shortened.
        reason: String,
    },
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let image = |before: &bool| if *before { " (before image)" } else { "" };
        match self {
            DecodeError::NotJson { reason } => write!(f, "the record is not JSON: {reason}"),
            DecodeError::Document { reason } => {
                write!(f, "the record does not fit the handler's type: {reason}")
            }
            DecodeError::Envelope { part, found: None, expected } => {
                write!(f, "not a DMS change record: `{part}` is missing, expected {expected}")
            }
            DecodeError::Envelope { part, found: Some(found), expected } => {
                write!(f, "not a DMS change record: `{part}` is {found}, expected {expected}")
            }
            DecodeError::Column { table, column, before, problem } => {
                let (table, column) = (cut(table, NAME), cut(column, NAME));
                write!(f, "column `{column}` of table `{table}`{}: {problem}", image(before))
            }
            DecodeError::Row { table, before, problem } => {
                write!(f, "row of table `{}`{}: {problem}", cut(table, NAME), image(before))
            }
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Absent { similar: Some(similar) } => write!(
                f,
                "absent, but the record has `{}`: rename the field with serde to match",
                cut(similar, NAME)
            ),
            Problem::Absent { similar: None } => f.write_str(
                "absent: make it an Option, or set IncludeNullAndEmpty on the DMS endpoint, \
                 which else leaves out null and empty columns",
            ),
            Problem::Null => f.write_str("null: make it an Option"),
            Problem::Mismatch { found, expected } => {
                write!(f, "found {found}, expected {expected}")
            }
            Problem::CutShort => f.write_str(
                "its JSON ends early, probably cut by DMS at LobMaxSize (32 KB by default): \
                 raise LobMaxSize, or keep the document in a VARCHAR or TEXT column",
            ),
            Problem::Document { reason } => write!(f, "its JSON does not fit: {reason}"),
            Problem::Refused { reason } => f.write_str(reason),
        }
    }
}

impl Error for DecodeError {}

/// An excerpt of a value.
pub(super) fn excerpt(value: &str) -> String {
    cut(value, VALUE)
}

/// What a JSON parser says, with the values it quotes shortened.
pub(super) fn json_reason(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return format!("it ends early, at line {} column {}", error.line(), error.column());
    }
    shorten(error)
}

/// A message of another library, with the values it quotes shortened.
pub(super) fn shorten(message: impl Display) -> String {
    let message = message.to_string();
    let mut short = String::new();
    let mut rest = message.as_str();
    while let Some(open) = rest.find(['"', '`']) {
        let quote = &rest[open..=open];
        let inner = &rest[open + 1..];
        let close = closing(inner, quote).unwrap_or(inner.len());
        short.push_str(&rest[..=open]);
        short.push_str(&excerpt(&inner[..close]));
        let end = (close + 1).min(inner.len());
        short.push_str(&inner[close..end]);
        rest = &inner[end..];
    }
    short.push_str(rest);
    cut(&short, MESSAGE)
}

/// The offset of the closing quote; Rust's own formatting escapes one inside with a backslash.
fn closing(inner: &str, quote: &str) -> Option<usize> {
    let mut escaped = false;
    inner.char_indices().find_map(|(at, c)| {
        let ends = !escaped && quote.starts_with(c);
        escaped = !escaped && c == '\\';
        ends.then_some(at)
    })
}

fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, shorten};

    #[test]
    fn long_values_are_cut_and_the_words_around_them_kept() {
        let long = "João \"Zé\" da Silva ".repeat(5);
        let message = format!("invalid type: string {long:?}, expected u32");
        let short = shorten(&message);
        assert!(short.ends_with("…\", expected u32"), "{short}");
        assert_eq!(shorten("an \"open quote"), "an \"open quote");
        assert!(shorten("x".repeat(1_000)).chars().count() <= 161);
    }

    #[test]
    fn an_excerpt_is_cut_between_characters() {
        assert_eq!(excerpt(&"ã".repeat(41)), format!("{}…", "ã".repeat(40)));
        assert_eq!(excerpt("ã"), "ã");
    }
}
