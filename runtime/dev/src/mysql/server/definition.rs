//! The databases and tables that an application captures.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use esteira_manifest::{Field, Item, Kind, Manifest, Row, Shape};

use super::client::{Client, line};
use super::migrations::{files, forward};
use crate::mysql::error::Error;
use crate::mysql::table::name;

/// Where it is noted which migrations were run.
const NOTES: &str = "esteira_dev";

/// The databases and tables of an application, and what makes them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definition {
    /// The first is that of a cluster.
    databases: Vec<String>,
    scripts: Vec<Script>,
}

#[derive(Debug, Clone, PartialEq)]
enum Script {
    /// A file of SQL or a folder of migrations, run once in a database.
    Files { database: String, path: PathBuf },
    /// A statement that was made from a row type, which stands in some place.
    Table { sql: String, place: String },
}

impl Definition {
    /// What the captures of an application read: its tables by the SQL that a row type names, as
    /// seen from the `folder` of the package that the item is of; else by the fields of the type.
    pub fn of(manifest: &Manifest, folder: impl Fn(&Item) -> Option<PathBuf>) -> Self {
        let mut definition = Self::default();
        let find = |id: &str| manifest.items.iter().find(|item| item.id == id);
        for item in &manifest.items {
            let Kind::Capture(capture) = &item.kind else { continue };
            let Some(Kind::Aurora(from)) = find(&capture.from).map(|item| &item.kind) else {
                continue;
            };
            definition.database(&from.database);
            for item in capture.tables.iter().filter_map(|id| find(id)) {
                let Kind::Row(row) = &item.kind else { continue };
                let (schema, table) = name(row, from);
                definition.database(schema);
                let path = row.schema.as_deref().and_then(|path| Some(folder(item)?.join(path)));
                definition.script(match path {
                    Some(path) => Script::Files { database: from.database.to_string(), path },
                    None => Script::Table {
                        sql: create(schema, table, row),
                        place: format!("{}:{}", item.at.file, item.at.line),
                    },
                });
            }
        }
        definition
    }

    /// Adds a file of SQL, or a folder of migrations, that is run in a database.
    #[must_use]
    pub fn with(mut self, database: &str, schema: impl Into<PathBuf>) -> Self {
        self.database(database);
        self.script(Script::Files { database: database.to_owned(), path: schema.into() });
        self
    }

    pub(super) fn databases(&self) -> &[String] {
        &self.databases
    }

    fn database(&mut self, name: &str) {
        if !self.databases.iter().any(|known| known == name) {
            self.databases.push(name.to_owned());
        }
    }

    fn script(&mut self, script: Script) {
        if !self.scripts.contains(&script) {
            self.scripts.push(script);
        }
    }

    /// Makes what is not there.
    pub(super) fn make(&self, client: &Client) -> Result<(), Error> {
        let mut begin = format!(
            "CREATE DATABASE IF NOT EXISTS {NOTES}; CREATE TABLE IF NOT EXISTS {NOTES}.migrations \
             (file VARCHAR(700) PRIMARY KEY) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
        );
        for database in &self.databases {
            begin += &format!("CREATE DATABASE IF NOT EXISTS {};", quoted(database));
        }
        begin += &format!("SELECT file FROM {NOTES}.migrations;");
        let run = client.run(None, &begin).map_err(|reason| Error::Server { reason })?;
        let run: BTreeSet<&str> = run.lines().collect();
        for script in &self.scripts {
            match script {
                Script::Table { sql, place } => {
                    client.run(None, sql).map_err(|reason| Error::Sql {
                        place: place.clone(),
                        reason: format!("no table can be made from this type: {reason}"),
                    })?;
                }
                Script::Files { database, path } => migrate(client, database, path, &run)?,
            }
        }
        Ok(())
    }
}

/// Runs those migrations that were not run before.
fn migrate(
    client: &Client,
    database: &str,
    path: &Path,
    run: &BTreeSet<&str>,
) -> Result<(), Error> {
    let unreadable = |path: &Path, error: std::io::Error| Error::Sql {
        place: path.display().to_string(),
        reason: format!("cannot be read: {error}"),
    };
    let files = files(path).map_err(|error| unreadable(path, error))?;
    for file in files {
        let note = file.display().to_string();
        if run.contains(note.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, error))?;
        client.run(Some(database), &forward(&text)).map_err(|reason| match line(&reason) {
            Some((line, reason)) => {
                Error::Sql { place: format!("{note}:{line}"), reason: reason.to_owned() }
            }
            None => Error::Sql { place: note.clone(), reason },
        })?;
        let noted = format!("INSERT INTO {NOTES}.migrations VALUES ({})", text_of(&note));
        client.run(None, &noted).map_err(|reason| Error::Server { reason })?;
    }
    Ok(())
}

/// A table with a column for each field of a row type.
fn create(schema: &str, table: &str, row: &Row) -> String {
    let mut columns = Vec::new();
    fields(&row.columns, row, false, &mut columns);
    let key: Vec<_> = row.key.iter().map(|name| quoted(name)).collect();
    if !key.is_empty() {
        columns.push(format!("PRIMARY KEY ({})", key.join(", ")));
    }
    format!(
        "CREATE TABLE IF NOT EXISTS {}.{} ({})",
        quoted(schema),
        quoted(table),
        columns.join(", ")
    )
}

fn fields(shape: &Shape, row: &Row, optional: bool, columns: &mut Vec<String>) {
    match shape {
        Shape::Object(all) => {
            for Field { name, shape, .. } in all.iter() {
                if name.is_empty() {
                    fields(shape, row, optional, columns);
                    continue;
                }
                let is_key = row.key.contains(name);
                let null = if optional && !is_key { "" } else { " NOT NULL" };
                let sql = match shape {
                    Shape::Optional(inner) if !is_key => {
                        inner.first().map_or_else(|| sql(&Shape::Any), sql)
                    }
                    Shape::Optional(inner) => {
                        inner.first().map_or_else(|| sql(&Shape::Any), sql) + null
                    }
                    Shape::Integer { .. } if is_key && row.key.len() == 1 => {
                        sql(shape) + " NOT NULL AUTO_INCREMENT"
                    }
                    shape => sql(shape) + null,
                };
                columns.push(format!("{} {sql}", quoted(name)));
            }
        }
        // The fields of a flattened struct that may all be absent.
        Shape::Optional(inner) => {
            inner.iter().for_each(|shape| fields(shape, row, true, columns));
        }
        _ => {}
    }
}

fn sql(shape: &Shape) -> String {
    match shape {
        // As long as a key may be, and as most texts are.
        Shape::Text | Shape::Any => "VARCHAR(255)".into(),
        Shape::OneOf(values) => {
            let values: Vec<_> = values.iter().map(|value| text_of(value)).collect();
            format!("ENUM({})", values.join(", "))
        }
        Shape::Integer { bits, signed } => {
            let sql = match bits {
                8 => "TINYINT",
                16 => "SMALLINT",
                32 => "INT",
                64 => "BIGINT",
                _ => "DECIMAL(39)",
            };
            if *signed { sql.into() } else { format!("{sql} UNSIGNED") }
        }
        Shape::Number => "DOUBLE".into(),
        Shape::Boolean => "BOOLEAN".into(),
        Shape::Array(of) if matches!(of[..], [Shape::Integer { bits: 8, signed: false }]) => {
            "BLOB".into()
        }
        Shape::Array(_) | Shape::Map(_) | Shape::Object(_) => "JSON".into(),
        Shape::Optional(inner) => inner.first().map_or_else(|| sql(&Shape::Any), sql),
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn text_of(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &'static str, shape: Shape) -> Field {
        Field { name: name.into(), shape, default: false }
    }

    #[test]
    fn a_table_has_a_column_for_each_field() {
        let int = |bits, signed| Shape::Integer { bits, signed };
        let optional = |shape| Shape::Optional(vec![shape].into());
        let kinds = Shape::OneOf(vec!["CRIADO".into(), "it's".into()].into());
        let more = Shape::Object(vec![field("b", Shape::Boolean), field("k", Shape::Text)].into());
        let fields = vec![
            field("id", int(64, true)),
            field("n", int(32, false)),
            field("big", optional(int(128, false))),
            field("kind", kinds),
            field("note", optional(Shape::Text)),
            field("price", Shape::Number),
            field("bytes", Shape::Array(vec![int(8, false)].into())),
            field("list", Shape::Array(vec![Shape::Text].into())),
            field("", optional(more)),
        ];
        let row = Row {
            table: "t".into(),
            key: vec!["id".into()].into(),
            columns: Shape::Object(fields.into()),
            schema: None,
        };
        assert_eq!(
            create("shop", "t", &row),
            "CREATE TABLE IF NOT EXISTS `shop`.`t` (`id` BIGINT NOT NULL AUTO_INCREMENT, \
             `n` INT UNSIGNED NOT NULL, `big` DECIMAL(39) UNSIGNED, \
             `kind` ENUM('CRIADO', 'it''s') NOT NULL, `note` VARCHAR(255), \
             `price` DOUBLE NOT NULL, `bytes` BLOB NOT NULL, `list` JSON NOT NULL, \
             `b` BOOLEAN, `k` VARCHAR(255), PRIMARY KEY (`id`))"
        );
        let two = Row { key: vec!["id".into(), "k".into()].into(), ..row };
        let sql = create("shop", "t", &two);
        assert!(sql.contains("`id` BIGINT NOT NULL, "), "{sql}");
        assert!(sql.contains("`k` VARCHAR(255) NOT NULL, PRIMARY KEY (`id`, `k`)"), "{sql}");
    }
}
