//! What is captured can be, and arrives where it is handled.

use std::collections::{BTreeMap, HashMap};

use esteira_manifest::{self as manifest, Row, Trigger};

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{Entry, Index, capture::Table, place},
};

/// The longest name of a database or a table
/// (<https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html>).
const NAME_MAX: usize = 64;

/// What DMS takes for more than itself in the names of schemas and tables, besides `_`: that
/// matches itself too
/// (<https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Wildcards.html>).
const WILDCARDS: [char; 3] = ['%', '[', ']'];

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    databases(index, mistakes);
    tables(index, mistakes);
    let captured = captured(index);
    twice(&captured, mistakes);
    alike(&captured, mistakes);
    handlers(index, mistakes);
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html>
fn databases(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for aurora in index.auroras.iter() {
        let manifest::Aurora { database, existing, .. } = aurora.declared;
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins = database.starts_with(|c: char| c.is_ascii_alphabetic());
        let fits = begins && database.chars().all(allowed) && database.len() <= NAME_MAX;
        // One of others may have any name, as long as DMS takes it for that name.
        if if *existing { selects_itself(database) } else { fits } {
            continue;
        }
        mistakes.push(
            Diagnostic::new(format!("`{database}` is no name for a database"))
                .at(aurora.place(), "")
                .help(format!(
                    "use up to {NAME_MAX} ASCII letters, digits and `_`, a letter first"
                )),
        );
    }
}

fn selects_itself(name: &str) -> bool {
    let count = name.chars().count();
    (1..=NAME_MAX).contains(&count) && !name.contains(WILDCARDS)
}

fn tables(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for capture in index.captures.iter() {
        if capture.declared.tables.is_empty() {
            mistakes.push(
                Diagnostic::new(format!("`{}` captures no table", capture.item.name()))
                    .at(capture.place(), "")
                    .help("name the row types: `tables(Row, …)`"),
            );
        }
        for row in capture.declared.tables.iter().filter_map(|id| index.rows.get(id)) {
            let Row { table, key, .. } = row.declared;
            let mistake = if key.is_empty() {
                Diagnostic::new(format!(
                    "`{}` has no key, so the changes of one row could not be kept in order",
                    row.item.name()
                ))
                .help("write the columns of its primary key: `#[row(table = …, key = …)]`")
            } else if !table.split_once('.').map_or_else(
                || selects_itself(table),
                |(schema, table)| selects_itself(schema) && selects_itself(table),
            ) {
                Diagnostic::new(format!("`{table}` is no name for a table that DMS can capture"))
                    .help(format!("use up to {NAME_MAX} characters other than `%`, `[` and `]`"))
            } else {
                continue;
            };
            mistakes.push(
                mistake.at(row.place(), "declared here").at(capture.place(), "captured here"),
            );
        }
    }
}

/// A table that is captured.
struct Captured<'a> {
    row: Entry<'a, Row>,
    table: Table,
    from: &'a str,
    into: &'a str,
    at: Place,
}

fn captured<'a>(index: &Index<'a>) -> Vec<Captured<'a>> {
    let mut all = Vec::new();
    for capture in index.captures.iter() {
        let manifest::Capture { from, into, tables, .. } = capture.declared;
        let Some(aurora) = index.auroras.get(from) else { continue };
        all.extend(tables.iter().filter_map(|id| index.rows.get(id)).map(|row| Captured {
            row,
            table: Table::new(&row.declared.table, &aurora.declared.database),
            from,
            into,
            at: capture.place(),
        }));
    }
    all
}

/// Two captures of a table into one stream would put each change on it twice.
fn twice(captured: &[Captured<'_>], mistakes: &mut Vec<Diagnostic>) {
    let mut first = HashMap::new();
    for Captured { table, from, into, at, .. } in captured {
        if let Some(other) = first.insert((from, into, table), at) {
            mistakes.push(
                Diagnostic::new(format!("the table `{table}` is captured twice into one stream"))
                    .at(at.clone(), "captured again here")
                    .at(other.clone(), "first captured here")
                    .help("leave it out of one of the two: each change would arrive twice"),
            );
        }
    }
}

/// The runtime tells tables apart by what their row types say, without regard to case.
fn alike(captured: &[Captured<'_>], mistakes: &mut Vec<Diagnostic>) {
    for Captured { row, table, into, at, .. } in captured {
        let written = &row.declared.table;
        let is_read = |other: &&Captured<'_>| {
            let (schema, name) =
                (other.table.schema.to_lowercase(), other.table.name.to_lowercase());
            let read = if written.contains('.') { format!("{schema}.{name}") } else { name };
            other.into == *into && other.table != *table && read == written.to_lowercase()
        };
        let Some(Captured { table: other, at: other_at, .. }) = captured.iter().find(is_read)
        else {
            continue;
        };
        let help = match other.schema == table.schema || written.contains('.') {
            true => "capture one of the two into another stream".to_owned(),
            false => format!("write `#[row(table = \"{table}\", …)]`"),
        };
        let name = row.item.name();
        mistakes.push(
            Diagnostic::new(format!("`{name}` would read the rows of `{other}` too"))
                .at(row.place(), format!("it reads those of `{written}`, in any case"))
                .at(at.clone(), "captured here")
                .at(other_at.clone(), format!("`{other}` is captured into the same stream here"))
                .help(help),
        );
    }
}

/// A handler of the changes of a row that nobody brings into its stream, though something else is
/// brought. Of a stream that others fill, nothing is known.
fn handlers(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let mut brought: BTreeMap<&str, (Place, Vec<&str>)> = BTreeMap::new();
    for capture in index.captures.iter() {
        let rows = capture.declared.tables.iter().map(AsRef::as_ref);
        let (_, all) = brought
            .entry(capture.declared.into.as_ref())
            .or_insert_with(|| (capture.place(), Vec::new()));
        all.extend(rows);
    }
    for handler in index.handlers.iter() {
        let Trigger::Kinesis(kinesis) = &handler.declared.trigger else { continue };
        let (Some(row), Some((capture, rows))) =
            (&kinesis.row, brought.get(kinesis.stream.as_ref()))
        else {
            continue;
        };
        if rows.contains(&row.as_ref()) {
            continue;
        }
        let name = row.rsplit("::").next().unwrap_or(row);
        mistakes.push(
            Diagnostic::new(format!("no capture brings `{name}` into the stream of this handler"))
                .at(place(&handler.item.at), "handled here")
                .at(capture.clone(), "what is brought into the stream")
                .help(format!("add it to the capture: `tables({name}, …)`")),
        );
    }
}

#[cfg(test)]
mod tests;
