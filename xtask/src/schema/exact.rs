//! Columns whose numbers have more digits than JSON's numbers keep.

use esteira_manifest::Row;

use super::{tables::Table, types::Values};

/// The columns of a table that a row reads and DMS may round unless it writes them as strings.
pub(super) fn exact(row: &Row, table: &Table) -> Vec<String> {
    let columns = table.columns.iter().filter(|column| {
        Values::of(&column.sql).may_be_rounded() && row.columns.takes(&column.name)
    });
    columns.map(|column| column.name.clone()).collect()
}
