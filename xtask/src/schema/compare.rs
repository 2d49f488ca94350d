//! A row type against its table.

use esteira_manifest::{Field, Row, Shape};

use super::{
    tables::{Column, Table},
    types::{Values, called},
};
use crate::{
    diagnostic::{Diagnostic, Place},
    suggest,
};

/// A row type, as it is compared.
pub(super) struct Compared<'a> {
    /// The name of the type.
    pub(super) name: &'a str,
    pub(super) row: &'a Row,
    pub(super) at: Place,
    /// Where it is captured from: its table is in one of these, if the row does not say more.
    pub(super) databases: Vec<&'a str>,
    /// The least that the captures of the table let through of a large object.
    pub(super) cut: Cut,
}

/// Where DMS cuts large objects.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    pub(super) kib: u32,
    /// The capture that says so.
    pub(super) at: Option<Place>,
}

/// Reports what of a row type does not fit its table.
pub(super) fn compare(row: &Compared<'_>, table: &Table, mistakes: &mut Vec<Diagnostic>) {
    row.key(table, mistakes);
    if let Shape::Object(fields) = &row.row.columns {
        row.fields(fields, table, false, mistakes);
    }
}

impl Compared<'_> {
    fn mistake(&self, message: String, label: String) -> Diagnostic {
        Diagnostic::new(message).at(self.at.clone(), label)
    }

    fn key(&self, table: &Table, mistakes: &mut Vec<Diagnostic>) {
        let name = &self.row.table;
        let written: Vec<_> = self.row.key.iter().map(AsRef::as_ref).collect();
        let primary: Vec<_> = table.key.iter().map(String::as_str).collect();
        let in_order = |key: &[&str]| {
            let mut key: Vec<_> = key.iter().map(|column| column.to_lowercase()).collect();
            key.sort_unstable();
            key
        };
        if in_order(&written) == in_order(&primary) {
            return;
        }
        let (message, help) = match primary[..] {
            [] => (
                format!("the table `{name}` has no primary key"),
                "add one in a migration: it is what tells one row from another".to_owned(),
            ),
            _ => (
                format!("the key of `{}` is not the primary key of the table `{name}`", self.name),
                match primary[..] {
                    [one] => format!("write `key = {one}`, the field of the column"),
                    _ => format!("write `key({})`, the fields of the columns", primary.join(", ")),
                },
            ),
        };
        mistakes.push(
            self.mistake(message, format!("the key is `{}` here", written.join(", ")))
                .at(table.at.clone(), "the table is made here")
                .help(help),
        );
    }

    fn fields(
        &self,
        fields: &[Field],
        table: &Table,
        flattened: bool,
        mistakes: &mut Vec<Diagnostic>,
    ) {
        for field in fields {
            // A map takes whatever columns are left.
            if field.name.is_empty() {
                if let Shape::Object(fields) = &field.shape {
                    self.fields(fields, table, true, mistakes);
                }
                continue;
            }
            match table.column(&field.name) {
                Some(column) => self.field(field, column, table, flattened, mistakes),
                None if field.default => {}
                None => mistakes.push(self.absent(field, table)),
            }
        }
    }

    fn absent(&self, field: &Field, table: &Table) -> Diagnostic {
        let known = table.columns.iter().map(|column| column.name.as_str());
        self.mistake(
            format!("the table `{}` has no column `{}`", self.row.table, field.name),
            format!("`{}` has a field of that name", self.name),
        )
        .at(table.at.clone(), "the table is made here")
        .help(suggest::help(&field.name, known))
    }

    fn field(
        &self,
        field: &Field,
        column: &Column,
        table: &Table,
        flattened: bool,
        mistakes: &mut Vec<Diagnostic>,
    ) {
        let (shape, optional) = inner(&field.shape);
        let values = Values::of(&column.sql);
        let written = format!("`{}.{}`", self.row.table, column.name);
        let label = format!("`{}` reads it as {}", self.name, called(shape));
        let defined = |mistake: Diagnostic| mistake.at(column.at.clone(), "defined here");

        if table.may_be_null(column) && !optional && *shape != Shape::Any {
            mistakes.push(
                defined(self.mistake(
                    format!("the column {written} may be null, and the field is no `Option`"),
                    format!("`{}` reads it", self.name),
                ))
                .help("make the field an `Option`, or the column `NOT NULL`"),
            );
        }
        if !values.are_read_by(shape) {
            let what = match (&values, shape) {
                (Values::Enum(_), Shape::OneOf(_)) => "lacks some of its values".to_owned(),
                _ => format!("is {}", called(shape)),
            };
            let message = format!("the column {written} is {}, and the field {what}", column.sql);
            mistakes.push(defined(self.mistake(message, label)).help(values.remedy(shape)));
        } else if flattened && !values.are_read_unseen_by(shape) {
            let message = format!(
                "the column {written} is {}, and a flattened field that is {} cannot read it",
                column.sql,
                called(shape)
            );
            mistakes.push(defined(self.mistake(message, label)).help(
                "serde reads a flattened field before it knows its type: take the field out of \
                 the flattened struct",
            ));
        }
        if let Some(most) = values.large() {
            let bound = table.checks.iter().filter_map(|check| check.bound(&column.name)).min();
            let most = bound.unwrap_or(most).min(most);
            if most > u64::from(self.cut.kib) * 1024 {
                mistakes.push(self.cut(column, &written, bound));
            }
        }
    }

    fn cut(&self, column: &Column, written: &str, bound: Option<u64>) -> Diagnostic {
        let Cut { kib, at } = &self.cut;
        let name = &column.name;
        let bytes = u64::from(*kib) * 1024;
        let least = bound.map_or(u64::MAX, |bound| bound.div_ceil(1024));
        let raise = if least <= LOB_KIB {
            format!("`lob_kib = {least}` on the capture lets all of it through")
        } else {
            format!("bound it with `CHECK (LENGTH({name}) <= {bytes})` in a migration")
        };
        let message = format!(
            "{written} may be cut: it is {}{}, and DMS cuts large objects at {kib} KiB",
            column.sql,
            bound.map_or_else(String::new, |bound| format!(" of up to {bound} bytes")),
        );
        let mistake = self
            .mistake(message, format!("`{}` reads it", self.name))
            .at(column.at.clone(), "defined here");
        let mistake = match at {
            Some(at) => mistake.at(at.clone(), "captured here"),
            None => mistake,
        };
        mistake.help(format!(
            "{raise}, make the column a `VARCHAR` or `TEXT`, which DMS does not cut, or leave the \
             field out"
        ))
    }
}

/// The most that `lob_kib` may be, in KiB.
const LOB_KIB: u64 = 1024;

/// A shape without its `Option`s, and whether there were any.
fn inner(shape: &Shape) -> (&Shape, bool) {
    match shape {
        Shape::Optional(of) => of.first().map_or((shape, true), |of| (inner(of).0, true)),
        shape => (shape, false),
    }
}
