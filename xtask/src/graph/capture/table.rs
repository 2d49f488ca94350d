//! The tables of a capture, as the database calls them.

use std::fmt;

/// A table of a schema: what MySQL calls a database as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Table {
    pub(crate) schema: String,
    pub(crate) name: String,
}

impl Table {
    /// The table of a row, in the cluster's database unless the row names another: `schema.table`.
    pub(crate) fn new(written: &str, database: &str) -> Self {
        let (schema, name) = written.split_once('.').unwrap_or((database, written));
        Self { schema: schema.to_owned(), name: name.to_owned() }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}
