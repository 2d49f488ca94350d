//! `new` in folders of every kind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Runs `new` in a folder; returns whether it succeeded, and what it said on either stream.
fn new(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-esteira"));
    command.args(["esteira", "new"]).args(arguments).current_dir(folder);
    // Outside a repository, wherever the temporary folder is.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn created(folder: &Path, arguments: &[&str]) -> String {
    let (success, stdout, stderr) = new(folder, arguments);
    assert!(success, "{stderr}");
    stdout
}

#[track_caller]
fn refused(folder: &Path, arguments: &[&str], expected: &str) {
    let (success, _, stderr) = new(folder, arguments);
    assert!(!success && stderr.contains(expected), "{stderr}");
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = fs::canonicalize(folder.path()).unwrap().join("place");
    fs::create_dir(&path).unwrap();
    (folder, path)
}

#[test]
fn an_application_has_the_name_of_its_folder_and_a_repository_of_its_own() {
    let (_guard, place) = folder();
    let data = created(&place, &["below/shop", "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["app"], "shop");
    let root = place.join("below/shop");
    assert_eq!(data["path"], root.to_str().unwrap());
    for file in data["files"].as_array().unwrap() {
        assert!(root.join(file.as_str().unwrap()).is_file(), "{file}");
    }
    assert!(root.join(".git").is_dir() && root.join(".gitignore").is_file());
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["package"]["name"].as_str(), Some("shop"));
    // This tool was built from a checkout, and so is what it creates.
    let runtime = manifest["workspace"]["dependencies"]["esteira"]["path"].as_str().unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    assert_eq!(fs::canonicalize(root.join(runtime)).unwrap(), fs::canonicalize(ours).unwrap());

    refused(&place, &["below/shop"], "is not empty: it has `");
    assert!(!created(&place, &["second", "--name", "shop-two"]).contains('{'));
}

#[test]
fn a_clone_without_files_is_a_place_and_a_folder_of_a_repository_needs_none() {
    let (_guard, place) = folder();
    let clone = place.join("clone");
    fs::create_dir(&clone).unwrap();
    assert!(
        Command::new("git").args(["init", "-q"]).current_dir(&clone).status().unwrap().success()
    );
    created(&clone, &[".", "--name", "shop"]);
    assert!(clone.join(".github/workflows/ci.yml").is_file());

    created(&clone, &["inner"]);
    assert!(!clone.join("inner/.git").exists() && clone.join("inner/.gitignore").is_file());
    assert!(!clone.join("inner/.github").exists(), "a server reads it at the top alone");
    created(&clone, &["own", "--vcs", "git"]);
    assert!(clone.join("own/.git").is_dir());
    created(&place, &["none", "--vcs", "none"]);
    assert!(!place.join("none/.git").exists() && !place.join("none/.gitignore").exists());
}

#[test]
fn a_place_or_a_name_that_cannot_be_is_refused_before_anything_is_written() {
    let (_guard, place) = folder();
    refused(&place, &["My Shop"], "write `--name my-shop`");
    fs::write(place.join("file"), "").unwrap();
    refused(&place, &["file"], "cannot create");
    refused(&place, &["file/below"], "cannot create");
    refused(&place, &["shop", "--esteira-path", "."], "cargo cannot read the workspace");
    refused(&place, &["shop", "--esteira-path", ".", "--esteira-git", "x"], "cannot be used with");
    refused(&place, &[], "<PATH>");
    let left: Vec<_> = fs::read_dir(&place).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["file"]);
}
