//! Which columns have to be written as strings, so that their numbers keep every digit.
//!
//! A column of text or of a document cannot be asked for as a string: DMS would cut the one, and
//! refuses the other. So the SQL decides where it is known, and only what is a number for certain
//! is taken where it is not.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Transformations.html>

use esteira_manifest::{Field, Row, Shape};

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::index::Entry,
    schema::Schemas,
};

/// The bits from which an integer may have more digits than DMS writes: it turns one of more than
/// 16 into a number with an exponent, which has lost the last ones.
const LARGE: u32 = 64;

/// The columns of a row.
pub(super) fn columns<'a>(row: Entry<'a, Row>, schemas: &'a Schemas) -> Vec<&'a str> {
    match schemas.exact(&row.item.id) {
        Some(columns) => columns.iter().map(String::as_str).collect(),
        None => matching(&row.declared.columns, is_large),
    }
}

/// That columns of a row may lose digits, as nothing says whether they are numbers.
pub(super) fn unknown(
    row: Entry<'_, Row>,
    schemas: &Schemas,
    capture: Place,
) -> Option<Diagnostic> {
    let columns = matching(&row.declared.columns, may_be_a_number);
    if columns.is_empty() || schemas.exact(&row.item.id).is_some() {
        return None;
    }
    let name = row.item.name();
    let columns = columns.join("`, `");
    Some(
        Diagnostic::new(format!("DMS may round numbers that `{name}` does not read as such"))
            .at(row.place(), format!("may be DECIMAL or BIGINT: `{columns}`"))
            .at(capture, "captured here")
            .help(
                "name the SQL that defines the table, `#[row(…, schema = \"migrations/\")]`: such \
                 columns are then written as strings",
            ),
    )
}

fn matching(columns: &Shape, is: fn(&Shape) -> bool) -> Vec<&str> {
    match columns {
        Shape::Object(fields) => fields
            .iter()
            .flat_map(|Field { name, shape, .. }| match name.as_ref() {
                "" => matching(shape, is),
                name if is(shape) => vec![name],
                _ => Vec::new(),
            })
            .collect(),
        // Fields that are flattened may all be absent.
        Shape::Optional(inner) => inner.iter().flat_map(|shape| matching(shape, is)).collect(),
        _ => Vec::new(),
    }
}

fn is_large(shape: &Shape) -> bool {
    match shape {
        Shape::Integer { bits, .. } => *bits >= LARGE,
        Shape::Number => true,
        Shape::Optional(inner) => inner.iter().any(is_large),
        _ => false,
    }
}

fn may_be_a_number(shape: &Shape) -> bool {
    match shape {
        Shape::Text | Shape::Any => true,
        Shape::Optional(inner) => inner.iter().any(may_be_a_number),
        _ => false,
    }
}
