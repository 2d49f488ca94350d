//! The files of a schema, in the order in which they are run.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A text of SQL that is run, with the number of its first line in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sql {
    pub(super) file: PathBuf,
    pub(super) text: String,
    pub(super) first_line: u32,
}

/// Reads a file of SQL, or a folder of migrations as sqlx, refinery, diesel, dbmate, goose and
/// sql-migrate lay them out. What undoes a migration is left out.
///
/// # Errors
///
/// With the path that cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<Sql>, (PathBuf, io::Error)> {
    let files = if path.is_dir() {
        migrations(path).map_err(|error| (path.to_owned(), error))?
    } else {
        vec![path.to_owned()]
    };
    let read = |file: PathBuf| match fs::read_to_string(&file) {
        Ok(text) => Ok(forward(file, text)),
        Err(error) => Err((file, error)),
    };
    files.into_iter().map(read).collect()
}

/// The migrations of a folder: by the number that their names begin with, else by name.
fn migrations(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let up = path.join("up.sql");
        if up.is_file() {
            found.push((order(&name), up));
        } else if path.is_file() && name.ends_with(".sql") && !name.ends_with(".down.sql") {
            found.push((order(&name), path));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// `20240101_pedidos.up.sql`, `V2__itens.sql`: a number is less than a longer one, whatever
/// their digits.
fn order(name: &str) -> (u128, String) {
    let number = name.strip_prefix(['V', 'U']).unwrap_or(name);
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    (number[..digits].parse().unwrap_or(u128::MAX), name.to_owned())
}

/// The comments after which a file goes forward, and back again, in the words of dbmate, of goose
/// and of sql-migrate.
const DIRECTIONS: [[&str; 2]; 3] = [
    ["migrate:up", "migrate:down"],
    ["+goose Up", "+goose Down"],
    ["+migrate Up", "+migrate Down"],
];

/// Of a file with both directions, the part that goes forward.
fn forward(file: PathBuf, text: String) -> Sql {
    let mut part = None;
    let (mut at, mut line) = (0, 1);
    for text in text.split_inclusive('\n') {
        // Options may follow.
        let marker = text.trim_start().strip_prefix("--").map_or("", str::trim_start);
        let is = |way: usize| {
            DIRECTIONS.iter().any(|words| {
                let rest = marker.get(..words[way].len()).zip(marker.get(words[way].len()..));
                rest.is_some_and(|(marker, rest)| {
                    marker.eq_ignore_ascii_case(words[way])
                        && !rest.starts_with(|c: char| c.is_alphanumeric())
                })
            })
        };
        match part {
            None if is(0) => part = Some((at, line, None)),
            Some((start, first, None)) if is(1) => part = Some((start, first, Some(at))),
            _ => {}
        }
        at += text.len();
        line += 1;
    }
    match part {
        Some((start, first_line, end)) => {
            let text = text[start..end.unwrap_or(text.len())].to_owned();
            Sql { file, text, first_line }
        }
        None => Sql { file, text, first_line: 1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = read(folder.path()).unwrap();
        let name = |sql: &Sql| {
            let path = sql.file.strip_prefix(folder.path()).unwrap();
            path.to_string_lossy().into_owned()
        };
        found.iter().map(name).collect()
    }

    #[test]
    fn migrations_are_run_in_the_order_of_their_tool() {
        let sqlx = ["2_b.up.sql", "2_b.down.sql", "10_c.sql", "1_a.sql", "README.md"];
        assert_eq!(names(&sqlx), ["1_a.sql", "2_b.up.sql", "10_c.sql"]);
        let refinery = ["V10__c.sql", "V2__b.sql", "V1__a.sql"];
        assert_eq!(names(&refinery), ["V1__a.sql", "V2__b.sql", "V10__c.sql"]);
        let diesel = ["2024-02-01-1_b/up.sql", "2024-02-01-1_b/down.sql", "00000_a/up.sql", "x/y"];
        assert_eq!(names(&diesel), ["00000_a/up.sql", "2024-02-01-1_b/up.sql"]);
        assert_eq!(names(&["b.sql", "a.sql", "1.sql"]), ["1.sql", "a.sql", "b.sql"]);
        assert!(names(&["README.md"]).is_empty());
    }

    #[test]
    fn of_a_file_with_both_directions_one_is_read() {
        let read = |text: &str| {
            let sql = forward("x.sql".into(), text.to_owned());
            (sql.text, sql.first_line)
        };
        assert_eq!(
            read("-- a\n-- migrate:up\nA;\n-- migrate:down\nB;\n"),
            ("-- migrate:up\nA;\n".to_owned(), 2)
        );
        assert_eq!(read("--migrate:up x\nA;"), ("--migrate:up x\nA;".to_owned(), 1));
        assert_eq!(
            read("-- migrate:down\nB;\n-- migrate:up\nA;"),
            ("-- migrate:up\nA;".to_owned(), 3)
        );
        assert_eq!(read("A;\n"), ("A;\n".to_owned(), 1));
        for tool in ["goose", "migrate"] {
            let text = format!(
                "-- +{tool} Up notransaction\n-- +{tool} StatementBegin\nA;\n-- +{tool} Down\nB;\n"
            );
            let (forward, first_line) = read(&text);
            assert_eq!((forward.lines().nth(2), forward.contains("B;")), (Some("A;"), false));
            assert_eq!(first_line, 1);
            let down_first = format!("-- +{tool} Down\nB;\n-- +{tool} Up\nA;\n");
            assert_eq!(read(&down_first), (format!("-- +{tool} Up\nA;\n"), 3));
        }
        assert_eq!(read("-- +goose Upwards\nA;\n-- +goose Down\n").1, 1);
        assert_eq!(read("-- é\n-- +goose Upé\nA;"), ("-- é\n-- +goose Upé\nA;".to_owned(), 1));
    }

    #[test]
    fn a_path_that_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (path, error) = read(&folder.path().join("none.sql")).unwrap_err();
        assert!(path.ends_with("none.sql"));
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        fs::write(folder.path().join("1.sql"), [0xff]).unwrap();
        assert!(read(folder.path()).unwrap_err().0.ends_with("1.sql"));
    }
}
