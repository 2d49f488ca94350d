//! The SQL of a schema: a file, or a folder of migrations as sqlx, refinery, diesel, dbmate, goose
//! and sql-migrate lay them out. The tool reads the same files when it checks row types.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a schema in the order in which they are run, each with its path.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
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

/// `20240101_pedidos.up.sql`, `V2__itens.sql`: by number, a number before a name.
fn order(name: &str) -> (u128, String) {
    let number = name.strip_prefix(['V', 'U']).unwrap_or(name);
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    (number[..digits].parse().unwrap_or(u128::MAX), name.to_owned())
}

/// The comments after which a file goes forward, and back again, in the words of dbmate, of goose
/// and of sql-migrate.
const DIRECTIONS: [[&str; 2]; 3] = [
    ["migrate:up", "migrate:down"],
    ["+goose up", "+goose down"],
    ["+migrate up", "+migrate down"],
];

/// Of a file with both directions the part that goes forward, each line where it was.
pub(super) fn forward(text: &str) -> String {
    let direction = |line: &str, way: usize| {
        let Some(comment) = line.trim_start().strip_prefix("--") else { return false };
        let comment = comment.trim_start().to_lowercase();
        DIRECTIONS.iter().any(|words| {
            let rest = comment.strip_prefix(words[way]);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        })
    };
    if !text.lines().any(|line| direction(line, 0)) {
        return text.to_owned();
    }
    let (mut inside, mut done) = (false, false);
    let kept = text.lines().map(|line| {
        if !done && direction(line, 0) {
            inside = true;
        } else if inside && direction(line, 1) {
            (inside, done) = (false, true);
        }
        if inside { line } else { "" }
    });
    kept.collect::<Vec<_>>().join("\n")
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
        let name = |path: &PathBuf| {
            path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned()
        };
        super::files(folder.path()).unwrap().iter().map(name).collect()
    }

    #[test]
    fn migrations_are_run_in_the_order_of_their_tool() {
        let sqlx = ["2_b.up.sql", "2_b.down.sql", "10_c.sql", "1_a.sql", "README.md"];
        assert_eq!(names(&sqlx), ["1_a.sql", "2_b.up.sql", "10_c.sql"]);
        assert_eq!(names(&["V10__c.sql", "V2__b.sql"]), ["V2__b.sql", "V10__c.sql"]);
        let diesel = ["2024-02-01-1_b/up.sql", "2024-02-01-1_b/down.sql", "00000_a/up.sql"];
        assert_eq!(names(&diesel), ["00000_a/up.sql", "2024-02-01-1_b/up.sql"]);
        assert_eq!(names(&["b.sql", "a.sql", "1.sql"]), ["1.sql", "a.sql", "b.sql"]);
    }

    #[test]
    fn of_a_file_with_both_directions_one_is_run_with_its_lines_in_place() {
        assert_eq!(forward("A;\nB;\n"), "A;\nB;\n");
        for [up, down] in [
            ["-- migrate:up", "-- migrate:down"],
            ["-- +goose Up", "-- +goose Down"],
            ["--+migrate Up notransaction", "-- +migrate Down"],
        ] {
            assert_eq!(
                forward(&format!("-- x\n{up}\nA;\n{down}\nB;\n")),
                format!("\n{up}\nA;\n\n")
            );
            assert_eq!(forward(&format!("{down}\nB;\n{up}\nA;")), format!("\n\n{up}\nA;"));
        }
    }
}
