//! Tables.

use serde::Deserialize;

use super::{Finding, Probe, Scene};
use crate::{aws::Refusal, graph::Graph};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    table: Table,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    table_status: String,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph.tables.iter().map(|table| {
        let name = &table.node.name;
        Probe::new("table", &table.node, move |scene| look(scene, name))
    })
}

fn look(scene: &Scene<'_>, name: &str) -> Result<Finding, Refusal> {
    let answer: Answer = scene.aws.read("dynamodb", "describe-table", &["--table-name", name])?;
    let status = &answer.table.table_status;
    // It is written to and read while it is changed.
    Ok(Finding::new().state(status, &["ACTIVE", "UPDATING"], &["CREATING"]))
}
