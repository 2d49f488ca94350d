//! The tool that is tested.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_xtask::tools::process;
use serde_json::Value;

/// It may have to be compiled, on a machine that others use.
const PATIENCE: Duration = Duration::from_secs(900);

/// Builds the tool; returns its program.
///
/// # Errors
///
/// It does not compile.
pub fn build() -> anyhow::Result<PathBuf> {
    let mut command = Command::new(env!("CARGO"));
    // For the whole workspace, as these tests are: for one package cargo would compile it anew.
    command.args(["build", "--quiet", "--workspace", "--bin", "cargo-esteira"]);
    command.args(["--message-format", "json"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let finished = process::output(&mut command, PATIENCE)?;
    ensure!(finished.success, "the tool is not built: {}", finished.text);
    let messages = finished.text.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok());
    let mut programs = messages.filter_map(|it| it["executable"].as_str().map(PathBuf::from));
    programs.next().context("the tool has no program")
}
