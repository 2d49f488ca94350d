//! Many Terraform configurations validated at once: most of the time goes into starting the
//! provider, which is then done once.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_xtask::tools::{process, terraform};
use serde_json::Value;

use crate::stack;

const PATIENCE: Duration = Duration::from_secs(300);

/// Warnings that a configuration has only because it is not the root here.
const OF_MODULES: [&str; 1] = ["Backend configuration ignored"];

/// Checks configurations, each in a folder and under a name that messages have, against the
/// provider's schemas. `folder` is for what Terraform keeps.
///
/// # Errors
///
/// Terraform finds a mistake or has a warning, in whichever of them.
pub fn validate(
    terraform: &Path,
    folder: &Path,
    configurations: &[(String, PathBuf)],
) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let mut root = String::new();
    for (name, configuration) in configurations {
        // Terraform takes paths that begin so for local.
        let source = configuration.strip_prefix(folder).context("it is not below the folder")?;
        let source = format!("./{}", source.display());
        writeln!(root, "module {name:?} {{\n  source = {source:?}\n}}\n")?;
    }
    fs::write(folder.join("main.tf"), root)?;
    let config = folder.join("cli.tfrc");
    fs::write(&config, terraform::cli_config())?;
    let run = |arguments: &[&str]| {
        let mut command = stack::command(terraform, folder, &config);
        process::output(command.args(arguments), PATIENCE).context("terraform")
    };
    let made = run(&["init", "-backend=false", "-input=false", "-no-color"])?;
    ensure!(made.success, "terraform init failed\n{}", made.text);
    let said = run(&["validate", "-json"])?.text;
    let start = said.find('{').with_context(|| said.clone())?;
    let found: Value = serde_json::from_str(&said[start..]).with_context(|| said.clone())?;
    let mut mistakes = String::new();
    for mistake in found["diagnostics"].as_array().into_iter().flatten() {
        let summary = mistake["summary"].as_str().unwrap_or_default();
        if !OF_MODULES.contains(&summary) {
            let (file, line) = (&mistake["range"]["filename"], &mistake["range"]["start"]["line"]);
            writeln!(mistakes, "{file}:{line}: {summary}: {}", mistake["detail"])?;
        }
    }
    ensure!(mistakes.is_empty(), "{mistakes}");
    Ok(())
}
