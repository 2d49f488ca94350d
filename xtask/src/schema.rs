//! Row types against the SQL that defines their tables: the first hop of a pipeline is as typed
//! as the others.
//!
//! A row names a file of SQL or a folder of migrations with `#[row(schema = "…")]`; nothing else
//! is read. The migrations are run, in their order, on a model of the tables, and what the type
//! says of a table is held against what they leave behind.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};

use esteira_manifest::{Item, Kind, Manifest, Row};

use crate::{
    app::App,
    diagnostic::{Diagnostic, Failure, Result},
    graph::place,
    suggest,
    workspace::{normalize, relative},
};

mod check;
mod compare;
mod exact;
mod files;
mod parts;
mod statements;
mod tables;
mod tokens;
mod types;

use compare::{Compared, Cut};
use tables::{Table, Tables};

/// The KiB at which DMS cuts large objects unless a capture says otherwise.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.LOBSupport.html>
const LOB_KIB: u32 = 32;

/// What the SQL of an application says of its row types, as far as its infrastructure depends on
/// it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schemas {
    /// By the ids of the row types.
    exact: BTreeMap<String, Vec<String>>,
}

impl Schemas {
    /// The same of one row type: the columns that it reads and that are `DECIMAL` or `BIGINT`.
    #[must_use]
    pub fn with(mut self, row: &str, exact: Vec<String>) -> Self {
        self.exact.insert(row.to_owned(), exact);
        self
    }

    /// The columns that a row type reads and that have to be written as strings to keep their
    /// digits; none where its SQL is not known.
    pub(crate) fn exact(&self, row: &str) -> Option<&[String]> {
        self.exact.get(row).map(Vec::as_slice)
    }
}

/// Compares every row type that names its schema with its table.
///
/// # Errors
///
/// All mistakes, in the order of the row types.
pub(crate) fn check(app: &App, manifest: &Manifest) -> Result<Schemas> {
    let root = &app.workspace.root;
    let (schemas, mistakes) = compare_all(manifest, root, |item| folder(app, item));
    if mistakes.is_empty() { Ok(schemas) } else { Err(Failure(mistakes)) }
}

/// The SQL that the row types of an application name: files, and folders of migrations.
pub(crate) fn paths(app: &App, manifest: &Manifest) -> Vec<PathBuf> {
    let path = |item: &Item| match &item.kind {
        Kind::Row(Row { schema: Some(schema), .. }) => {
            Some(normalize(&folder(app, item)?.join(&**schema)))
        }
        _ => None,
    };
    manifest.items.iter().filter_map(path).collect()
}

/// The folder of the package that an item is compiled from. None of a downloaded one: what it
/// says of its tables was checked where it is developed.
pub(crate) fn folder(app: &App, item: &Item) -> Option<PathBuf> {
    let packages = &app.workspace.packages;
    if let Some(package) = packages.iter().find(|package| package.name == item.at.package) {
        return Some(package.directory().to_owned());
    }
    // Of another workspace on this machine.
    let file = normalize(&app.workspace.root.join(&*item.at.file));
    let is_it = |folder: &Path| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = text.parse().ok()?;
        Some(manifest.get("package")?.get("name")?.as_str()? == item.at.package)
    };
    file.ancestors().skip(1).find(|folder| is_it(folder) == Some(true)).map(Path::to_owned)
}

fn compare_all(
    manifest: &Manifest,
    root: &Path,
    folder: impl Fn(&Item) -> Option<PathBuf>,
) -> (Schemas, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let mut schemas = Schemas::default();
    let mut read: HashMap<PathBuf, Result<Tables, Diagnostic>> = HashMap::new();
    for item in &manifest.items {
        let Kind::Row(row) = &item.kind else { continue };
        let Some(schema) = &row.schema else { continue };
        let Some(folder) = folder(item) else { continue };
        let path = normalize(&folder.join(&**schema));
        let tables = read.entry(path).or_insert_with_key(|path| tables(path, root));
        match tables {
            Ok(tables) => {
                let row = Compared {
                    name: item.name(),
                    row,
                    at: place(&item.at),
                    databases: databases(manifest, item),
                    cut: cut(manifest, item),
                };
                if let Some(table) = compare(&row, tables, &mut mistakes) {
                    schemas = schemas.with(&item.id, exact::exact(row.row, table));
                }
            }
            Err(mistake) => mistakes.push(mistake.clone().at(place(&item.at), "named here")),
        }
    }
    (schemas, mistakes)
}

fn tables(path: &Path, root: &Path) -> Result<Tables, Diagnostic> {
    let told = relative(root, path);
    match files::read(path) {
        Ok(files) if files.is_empty() => {
            Err(Diagnostic::new(format!("the schema `{told}` has no migration"))
                .help("name a folder with files that end in `.sql`, or one such file"))
        }
        Ok(files) => Ok(Tables::new(&files, root)),
        Err((file, error)) => {
            let file = relative(root, &file);
            Err(Diagnostic::new(format!("cannot read the schema `{file}`: {error}")).help(
                "`schema` is a file of SQL, or a folder of migrations, as seen from the folder of \
                 the package's Cargo.toml",
            ))
        }
    }
}

/// Compares a row type with its table, which is returned.
fn compare<'a>(
    row: &Compared<'_>,
    tables: &'a Tables,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<&'a Table> {
    let Row { table: name, .. } = row.row;
    let here = |message: String| Diagnostic::new(message).at(row.at.clone(), "named here");
    if let Some(unread) = tables.unread(name) {
        mistakes.push(
            Diagnostic::new(format!("cannot read what is said of `{name}`: {}", unread.why))
                .at(unread.at.clone(), "")
                .at(row.at.clone(), format!("`{}` is compared with the table", row.name))
                .help(
                    "say it in another way, or name a file with what `SHOW CREATE TABLE` says as \
                     the `schema`",
                ),
        );
        return None;
    }
    let Some(table) = tables.get(name, &row.databases) else {
        let known = tables.tables.iter().map(|table| table.name.as_str());
        let message = match row.databases[..] {
            [database] if !name.contains('.') => {
                format!("the schema makes no table `{name}` of `{database}`")
            }
            _ => format!("the schema makes no table `{name}`"),
        };
        mistakes.push(here(message).help(suggest::help(name, known)));
        return None;
    };
    compare::compare(row, table, mistakes);
    Some(table)
}

/// The databases from which a row's table is captured.
fn databases<'a>(manifest: &'a Manifest, row: &Item) -> Vec<&'a str> {
    let from = manifest.items.iter().filter_map(|item| match &item.kind {
        Kind::Capture(capture) if capture.tables.contains(&row.id) => Some(&capture.from),
        _ => None,
    });
    let databases = from.flat_map(|from| manifest.items.iter().filter(move |i| i.id == *from));
    let databases = databases.filter_map(|item| match &item.kind {
        Kind::Aurora(aurora) => Some(aurora.database.as_ref()),
        _ => None,
    });
    databases.collect()
}

/// Where the captures of a row's table cut large objects: the one that leaves least.
fn cut(manifest: &Manifest, row: &Item) -> Cut {
    let captures = manifest.items.iter().filter_map(|item| match &item.kind {
        Kind::Capture(capture) if capture.tables.contains(&row.id) => {
            Some(Cut { kib: capture.lob_kib, at: Some(place(&item.at)) })
        }
        _ => None,
    });
    captures.min_by_key(|cut| cut.kib).unwrap_or(Cut { kib: LOB_KIB, at: None })
}

#[cfg(test)]
mod tests;
