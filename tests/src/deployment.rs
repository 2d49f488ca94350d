//! What every application goes through, whatever it does: it is created, used and removed.

use std::path::Path;

use anyhow::{Context, ensure};
use esteira_xtask::tools;

use crate::aws::Aws;
use crate::emulator::Emulator;
use crate::stack::Stack;
use crate::suite::{Architecture, Output, Suite};

/// Deploys an application on an emulator of its own, plays its scenario and removes it again: a
/// plan right after the deployment changes nothing, and nothing is left at the end. Skipped if
/// the functions or a tool are missing.
///
/// # Errors
///
/// Terraform fails, the scenario does, or one of these expectations is not met. The log of the
/// emulator is then on standard error.
pub fn check(
    application: &str,
    scenario: impl FnOnce(Aws) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    let (Some(terraform), Some(python)) =
        (suite.tool(&tools::TERRAFORM), suite.tool(&tools::MINISTACK))
    else {
        return Ok(());
    };
    let output = suite.output(application, Architecture::X86_64);
    let emulator = Emulator::start(&python)?;
    // An error must show the log as a panic does.
    lifetime(&terraform, &output, &emulator, scenario).inspect_err(|_| {
        eprintln!("--- log of the emulator ---\n{}\n--- end of the log ---", emulator.log());
    })
}

fn lifetime(
    terraform: &Path,
    output: &Output,
    emulator: &Emulator,
    scenario: impl FnOnce(Aws) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stack = Stack::new(terraform, output, Some(emulator.endpoint()))?;
    stack.apply()?;
    let drift = stack.drift()?;
    ensure!(drift.is_empty(), "a second plan would change {drift:?}");
    scenario(emulator.aws())?;
    stack.destroy()?;
    nothing_is_left(&emulator.aws()).context("after destroy")
}

fn nothing_is_left(aws: &Aws) -> anyhow::Result<()> {
    let left = [
        ("functions", aws.functions()?),
        ("streams", aws.streams()?),
        ("tables", aws.tables()?),
        ("topics", aws.topics()?),
        ("buses", aws.buses()?),
        ("log groups", aws.log_groups()?),
        ("roles", aws.roles()?),
    ];
    for (kind, names) in left {
        ensure!(names.is_empty(), "{kind} are left: {names:?}");
    }
    Ok(())
}
