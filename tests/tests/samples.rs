//! Every handler of the applications here takes the sample that `invoke` makes for it.

use std::path::Path;
use std::process::Command;

use esteira::__private::{inventory, taken::Taken};
use pipeline as _;
use scenarios as _;
use sensors as _;
use serde_json::Value;

/// The sample of a handler, as a user is shown it.
fn sample(app: &str, handler: &str) -> Value {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("is in the repository");
    let shown = Command::new(env!("CARGO"))
        .args(["xtask", "invoke", handler, "--event", "sample", "--print", "--quiet", "--app", app])
        .current_dir(repository)
        .output()
        .expect("cargo runs");
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    serde_json::from_slice(&shown.stdout).expect("is JSON")
}

#[test]
fn every_handler_takes_its_own_sample() {
    let mut tried = 0;
    for taken in inventory::iter::<Taken> {
        let Some((app, _)) = taken.item.id.split_once("::") else { continue };
        if !["pipeline", "scenarios", "sensors"].contains(&app) {
            continue;
        }
        let sample = sample(app, taken.item.name());
        let read = match sample.as_array() {
            Some(records) => records.to_vec(),
            None => vec![sample["detail"].clone()],
        };
        assert!(!read.is_empty(), "{}: no records", taken.item.id);
        for document in read {
            let outcome = (taken.read)(document.to_string().as_bytes());
            assert_eq!(outcome, Ok(()), "{}: {document}", taken.item.id);
        }
        tried += 1;
    }
    assert!(tried >= 10, "only {tried} handlers are known");
}
