//! Generated applications that together have every pair of options are synthesized for both of
//! their stages, and what comes out is what Terraform and cfn-lint take.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{anyhow, ensure};
use esteira_tests::batch;
use esteira_tests::generate::{self, Application, STAGES};
use esteira_tests::suite::Suite;
use esteira_tests::tool;
use esteira_xtask::tools::{self, process};

const PATIENCE: Duration = Duration::from_secs(600);

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn every_pair_of_options_goes_together() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let (Some(terraform), Some(lint)) =
            (suite.tool(&tools::TERRAFORM), suite.tool(&tools::CFN_LINT))
        else {
            return Ok(());
        };
        let seed = generate::seed()?;
        let applications = generate::applications(seed);
        let folder = suite.generated();
        generate::write(&applications, &repository(), &folder)?;
        let accepted = synthesize(&folder).and_then(|output| {
            let outputs = outputs(&applications, &output);
            formatted(&terraform, &output)?;
            validated(&terraform, &output, &outputs)?;
            linted(&lint, &outputs)
        });
        accepted.map_err(|error| {
            let text = format!("{error:#}");
            anyhow!("{text}\n{}", generate::explain(&text, &applications, seed))
        })
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("is in the repository").to_owned()
}

/// Synthesizes every application of a workspace; returns the folder of what was written.
fn synthesize(workspace: &Path) -> anyhow::Result<PathBuf> {
    let output = workspace.join("output");
    // Nothing of an earlier run may pass for what this one makes.
    if output.exists() {
        std::fs::remove_dir_all(&output)?;
    }
    let tool = tool::build()?;
    for stage in STAGES {
        let mut command = Command::new(&tool);
        command.args(["synth", "--quiet", "--no-color", "--stage", stage]);
        command.arg("--output").arg(output.join(stage)).current_dir(workspace);
        let finished = process::output(&mut command, PATIENCE)?;
        ensure!(finished.success, "stage {stage} is not synthesized\n{}", finished.text);
    }
    Ok(output)
}

/// The folder of each application and stage, by a name for both.
fn outputs(applications: &[Application], output: &Path) -> Vec<(String, PathBuf)> {
    let of = |application: &Application| {
        let folder = |stage: &str| {
            (format!("{}_{stage}", application.name), output.join(stage).join(&application.name))
        };
        STAGES.map(folder)
    };
    applications.iter().flat_map(of).collect()
}

fn formatted(terraform: &Path, output: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(terraform);
    command.args(["fmt", "-check", "-diff", "-recursive", "-no-color"]).arg(output);
    let finished = process::output(&mut command, PATIENCE)?;
    ensure!(finished.success, "not formatted\n{}", finished.text);
    Ok(())
}

fn validated(terraform: &Path, output: &Path, outputs: &[(String, PathBuf)]) -> anyhow::Result<()> {
    let configuration =
        |(name, folder): &(String, PathBuf)| (name.clone(), folder.join("terraform"));
    let all: Vec<_> = outputs.iter().map(configuration).collect();
    batch::validate(terraform, output, &all)
}

fn linted(lint: &Path, outputs: &[(String, PathBuf)]) -> anyhow::Result<()> {
    let mut command = Command::new(lint);
    command.args(["--regions", "us-east-1", "--format", "parseable", "--"]);
    command.args(outputs.iter().map(|(_, folder)| folder.join("cloudformation/template.yaml")));
    let finished = process::output(&mut command, PATIENCE)?;
    ensure!(finished.success, "cfn-lint finds\n{}", finished.text);
    Ok(())
}
