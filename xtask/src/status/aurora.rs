//! Database clusters.

use serde::Deserialize;

use super::{Finding, Probe, Scene};
use crate::{aws::Refusal, graph::Graph};

/// States in which a cluster can be used.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html>
const WELL: [&str; 5] =
    ["available", "backing-up", "backtracking", "modifying", "resetting-master-credentials"];

/// States that a cluster leaves by itself.
const PASSING: [&str; 7] =
    ["creating", "failing-over", "maintenance", "migrating", "renaming", "starting", "upgrading"];

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "DBClusters")]
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cluster {
    status: String,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    // Of a cluster of others only the way into it is known.
    graph.auroras.created().map(|aurora| {
        let name = &aurora.node.name;
        Probe::new("cluster", &aurora.node, move |scene| look(scene, name))
    })
}

fn look(scene: &Scene<'_>, name: &str) -> Result<Finding, Refusal> {
    let arguments = ["--db-cluster-identifier", name];
    let answer: Answer = scene.aws.read("rds", "describe-db-clusters", &arguments)?;
    Ok(match answer.clusters.first() {
        Some(cluster) => Finding::new().state(&cluster.status, &WELL, &PASSING),
        None => Finding::missing(),
    })
}
