//! What `synth` writes for the applications here, committed: a change of the output is seen in
//! review.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Set to accept the output as it is.
const BLESS: &str = "ESTEIRA_BLESS";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("is in the repository").to_owned()
}

/// Every file below a folder, by its path relative to it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(base: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(base, &path, files);
            } else {
                let name = path.strip_prefix(base).expect("is below").display().to_string();
                files.insert(name, fs::read_to_string(&path).expect("is text"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// Synthesizes an application into a folder of its own, in two places of which the second must
/// come out the same, and compares with what is committed.
fn compare(app: &str, stage: &str, path: &str) {
    let written = tempfile::tempdir().expect("a folder");
    let golden = root().join("tests/goldens").join(app).join(stage);
    for _ in 0..2 {
        let run = Command::new(env!("CARGO"))
            .args(["xtask", "synth", "--app", path, "--stage", stage, "-o"])
            .arg(written.path())
            .current_dir(root())
            .output()
            .expect("cargo runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    let written = files(written.path());
    assert!(written.contains_key("manifest.json"), "{:?}", written.keys());
    if std::env::var_os(BLESS).is_some() {
        let _ = fs::remove_dir_all(&golden);
        for (name, text) in &written {
            let path = golden.join(name);
            fs::create_dir_all(path.parent().expect("has a folder")).expect("can be made");
            fs::write(path, text).expect("can be written");
        }
        return;
    }
    let committed = files(&golden);
    let differing: Vec<&String> = written
        .keys()
        .chain(committed.keys())
        .filter(|name| written.get(*name) != committed.get(*name))
        .collect();
    for name in &differing {
        let lines = |files: &BTreeMap<String, String>| -> Vec<String> {
            files.get(*name).into_iter().flat_map(|text| text.lines()).map(str::to_owned).collect()
        };
        let (old, new) = (lines(&committed), lines(&written));
        let at = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        eprintln!(
            "{name}:{}\n  committed: {:?}\n  now:       {:?}",
            at + 1,
            old.get(at),
            new.get(at)
        );
    }
    assert!(
        differing.is_empty(),
        "the output of `{app}` changed; look at it, and if it is right run\n  {BLESS}=1 cargo test -p esteira-tests --test goldens"
    );
}

#[test]
fn pipeline() {
    compare("pipeline", "dev", "pipeline");
    compare("pipeline", "prod", "pipeline");
}

#[test]
fn sensors() {
    compare("sensors", "dev", "sensors");
    compare("sensors", "prod", "sensors");
}

#[test]
fn an_application_elsewhere_under_another_name() {
    compare("elsewhere", "dev", "tests/apps/elsewhere");
}
