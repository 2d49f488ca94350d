//! Columns whose numbers have more digits than JSON's numbers keep.

use esteira_manifest::{Row, Shape};

use super::{tables::Table, types::Values};

/// The columns of a table that a row reads and DMS may round unless it writes them as strings.
pub(super) fn exact(row: &Row, table: &Table) -> Vec<String> {
    let columns = table.columns.iter().filter(|column| {
        Values::of(&column.sql).may_be_rounded() && reads(&row.columns, &column.name)
    });
    columns.map(|column| column.name.clone()).collect()
}

fn reads(columns: &Shape, name: &str) -> bool {
    match columns {
        Shape::Object(fields) => fields.iter().any(|field| match field.name.as_ref() {
            "" => reads(&field.shape, name),
            own => own == name,
        }),
        Shape::Optional(inner) => inner.iter().any(|shape| reads(shape, name)),
        // It takes whatever columns there are.
        Shape::Map(_) | Shape::Any => true,
        _ => false,
    }
}
