//! What Terraform and cfn-lint say about the synthesized output of every application.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use esteira_tests::stack::Stack;
use esteira_tests::suite::{APPLICATIONS, Architecture, Suite};
use esteira_xtask::cloudformation::{self, Limits};
use esteira_xtask::diagnostic::Failure;
use esteira_xtask::graph::Graph;
use esteira_xtask::stage::Stage;
use esteira_xtask::tools::{self, process};

const PATIENCE: Duration = Duration::from_secs(120);

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn terraform_is_formatted() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let Some(terraform) = suite.tool(&tools::TERRAFORM) else { return Ok(()) };
        for application in APPLICATIONS {
            let folder = suite.output(application, Architecture::X86_64).folder.join("terraform");
            let mut command = Command::new(&terraform);
            command.args(["fmt", "-check", "-diff", "-recursive", "-no-color"]).arg(&folder);
            let finished = process::output(&mut command, PATIENCE)?;
            ensure!(finished.success, "{application}\n{}", finished.text);
            ensure!(std::fs::read_dir(&folder)?.next().is_some(), "{application} has no Terraform");
        }
        Ok(())
    }

    #[test]
    fn terraform_is_valid() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let Some(terraform) = suite.tool(&tools::TERRAFORM) else { return Ok(()) };
        for application in APPLICATIONS {
            let output = suite.output(application, Architecture::X86_64);
            let stack = Stack::new(&terraform, &output, None).context(application)?;
            stack.validate().context(application)?;
        }
        Ok(())
    }

    #[test]
    fn cfn_lint_finds_nothing() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let Some(lint) = suite.tool(&tools::CFN_LINT) else { return Ok(()) };
        for application in APPLICATIONS {
            let output = suite.output(application, Architecture::X86_64);
            let template = output.folder.join("cloudformation/template.yaml");
            ensure!(template.is_file(), "{} does not exist", template.display());
            let mut command = Command::new(&lint);
            // sa-east-1 is where the users of the reference application are.
            command.args(["--regions", "us-east-1", "sa-east-1", "--"]).arg(&template);
            let finished = process::output(&mut command, PATIENCE)?;
            ensure!(finished.success, "{application}\n{}", finished.text);
        }
        Ok(())
    }

    /// Of applications that are small enough for one, if stacks were smaller.
    #[test]
    fn cfn_lint_finds_nothing_in_an_application_in_several_stacks() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let Some(lint) = suite.tool(&tools::CFN_LINT) else { return Ok(()) };
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(&lint);
        command.args(["--regions", "us-east-1", "--"]);
        for application in APPLICATIONS {
            let manifest = suite.output(application, Architecture::X86_64).manifest()?;
            let graph = Graph::new(&manifest, &Stage::new("dev")).map_err(said)?;
            let limits = (10..500).map(|resources| Limits { resources, ..Limits::AWS });
            let mut templates = limits.filter_map(|it| cloudformation::templates(&graph, &it).ok());
            let templates = templates.next().context("no limit is enough")?;
            ensure!(templates.len() > 1, "{application} has one stack");
            for template in templates {
                let file = folder.path().join(format!("{application}-{}", template.file()));
                std::fs::write(&file, template.text())?;
                command.arg(file);
            }
        }
        let finished = process::output(&mut command, PATIENCE)?;
        ensure!(finished.success, "{}", finished.text);
        Ok(())
    }
}

fn said(failure: Failure) -> anyhow::Error {
    let mistakes: Vec<_> = failure.0.iter().map(ToString::to_string).collect();
    anyhow!("{}", mistakes.join("\n"))
}
