//! What `new` writes is a whole application: in an empty folder outside this workspace it tests,
//! synthesizes and lints as it stands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_tests::stack::Stack;
use esteira_tests::suite::{Architecture, Output, Suite};
use esteira_tests::tool;
use esteira_xtask::tools::{self, process};

const PATIENCE: Duration = Duration::from_secs(600);

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn a_new_application_is_whole() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let fresh = Fresh::new()?;
        let tested = fresh.cargo(&["test", "--workspace"])?;
        ensure!(tested.contains("an_order_is_kept_once_however_often_it_comes ... ok"), "{tested}");
        fresh.cargo(&["fmt", "--check"])?;
        fresh.cargo(&["clippy", "--all-targets", "--", "-D", "warnings"])?;
        // What `build` links is in the lock file, by the feature that `build` asks for.
        let linked = fresh.cargo(&["tree", "--locked", "--features", "lambda"])?;
        ensure!(linked.contains("aws-sdk-dynamodb") && linked.contains("lambda_runtime"));

        fresh.cargo(&["xtask", "check"])?;
        for stage in ["dev", "prod"] {
            fresh.cargo(&["xtask", "synth", "--stage", stage, "--output", stage])?;
            fresh.cargo(&["xtask", "synth", "--stage", stage, "--output", stage, "--check"])?;
        }
        let output = fresh.root.join("prod");
        for file in ["manifest.json", "architecture.svg", "terraform/record_order_handler.tf"] {
            ensure!(output.join(file).is_file(), "there is no {file}");
        }
        if let Some(terraform) = suite.tool(&tools::TERRAFORM) {
            let output = Output { folder: output.clone(), architecture: Architecture::Arm64 };
            Stack::new(&terraform, &output, None)?.validate()?;
        }
        if let Some(lint) = suite.tool(&tools::CFN_LINT) {
            let template = output.join("cloudformation/template.yaml");
            run(Command::new(&lint).args(["--regions", "us-east-1", "--"]).arg(template))?;
        }
        Ok(())
    }
}

/// An application that was just created, with nothing beside it.
struct Fresh {
    root: PathBuf,
    _folder: tempfile::TempDir,
}

impl Fresh {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("esteira-new-").tempdir()?;
        let root = fs::canonicalize(folder.path())?.join("shop");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no repository")?;
        let mut command = Command::new(tool::build()?);
        command.args(["new", "--esteira-path"]);
        run(command.arg(repository).arg(&root))?;
        ensure!(root.join(".git").is_dir(), "there is no repository");

        // A user has these from the registry; here are the versions that are at hand.
        fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock"))?;
        // What it depends on has been compiled for this workspace, and nobody's style holds here.
        fs::create_dir(folder.path().join(".cargo"))?;
        fs::write(folder.path().join(".cargo/config.toml"), sharing(repository)?)?;
        fs::write(folder.path().join("rustfmt.toml"), "")?;
        Ok(Self { root, _folder: folder })
    }

    /// Runs cargo in the application, which has to succeed; returns what was said.
    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.root);
        command.env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR");
        run(&mut command)
    }
}

/// Configuration by which dependencies are compiled just as in this repository, into its folder.
fn sharing(repository: &Path) -> anyhow::Result<String> {
    let manifest: toml::Table = fs::read_to_string(repository.join("Cargo.toml"))?.parse()?;
    let mut config = toml::Table::new();
    let dev = manifest["profile"]["dev"].clone();
    config.insert("profile".into(), toml::Table::from_iter([("dev".to_owned(), dev)]).into());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("no target folder")?;
    let build = [("target-dir".to_owned(), toml::Value::from(&*target.to_string_lossy()))];
    config.insert("build".into(), toml::Table::from_iter(build).into());
    Ok(config.to_string())
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let finished = process::output(command, PATIENCE)?;
    ensure!(finished.success, "{command:?}\n{}", finished.text);
    Ok(finished.text)
}
