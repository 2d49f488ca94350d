//! What every application goes through, whatever it does: it is created, used and removed.

use std::path::Path;

use anyhow::{Context, ensure};
use esteira::manifest::{Capture, Kind, Manifest};
use esteira_xtask::tools;
use serde_json::Value;

use crate::control_plane::ControlPlane;
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
    scenario: impl FnOnce(&Emulator) -> anyhow::Result<()>,
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
    scenario: impl FnOnce(&Emulator) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stack = Stack::new(terraform, output, Some(emulator))?;
    stack.apply()?;
    let drift = stack.drift()?;
    ensure!(drift.is_empty(), "a second plan would change {drift:?}");
    tables_are_captured(&output.manifest()?, emulator.dms())?;
    scenario(emulator)?;
    stack.destroy()?;
    nothing_is_left(emulator).context("after destroy")
}

/// Every capture became a task, or a serverless replication, of exactly the tables it names.
fn tables_are_captured(manifest: &Manifest, dms: &ControlPlane) -> anyhow::Result<()> {
    let mut expected: Vec<Vec<&str>> = manifest
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            Kind::Capture(capture) => Some(tables(capture, manifest)),
            _ => None,
        })
        .collect();
    let tasks: Vec<Value> = dms.tasks().into_iter().chain(dms.replications()).collect();
    let mut found = Vec::new();
    for task in &tasks {
        found.push(selected(task["TableMappings"].as_str().context("no TableMappings")?)?);
    }
    expected.sort();
    found.sort();
    ensure!(expected == found, "captured are {found:?}, declared {expected:?}");
    Ok(())
}

fn tables<'a>(capture: &Capture, manifest: &'a Manifest) -> Vec<&'a str> {
    let rows = manifest.items.iter().filter(|item| capture.tables.contains(&item.id));
    let mut tables: Vec<&str> = rows
        .filter_map(|item| match &item.kind {
            Kind::Row(row) => Some(row.table.as_ref()),
            _ => None,
        })
        .collect();
    tables.sort_unstable();
    tables
}

fn selected(mappings: &str) -> anyhow::Result<Vec<String>> {
    let mappings: Value = serde_json::from_str(mappings)?;
    let rules = mappings["rules"].as_array().context("no rules")?;
    let selections = rules.iter().filter(|rule| rule["rule-type"] == "selection");
    let mut tables: Vec<String> = selections
        .filter_map(|rule| rule["object-locator"]["table-name"].as_str())
        .map(str::to_owned)
        .collect();
    tables.sort_unstable();
    Ok(tables)
}

fn nothing_is_left(emulator: &Emulator) -> anyhow::Result<()> {
    let aws = emulator.aws();
    let left = [
        ("captures", emulator.dms().identifiers()),
        ("clusters", aws.clusters()?),
        ("VPCs", aws.vpcs()?),
        ("secrets", aws.secrets()?),
        ("buckets", aws.buckets()?),
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
