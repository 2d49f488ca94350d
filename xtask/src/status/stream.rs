//! Streams.

use serde::Deserialize;

use super::{Finding, Probe, Scene, count};
use crate::{aws::Refusal, graph::Graph};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    stream_description_summary: Summary,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    stream_status: String,
    open_shard_count: Option<u32>,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph.streams.iter().map(|stream| {
        let name = &stream.node.name;
        Probe::new("stream", &stream.node, move |scene| look(scene, name))
    })
}

fn look(scene: &Scene<'_>, name: &str) -> Result<Finding, Refusal> {
    let arguments = ["--stream-name", name];
    let answer: Answer = scene.aws.read("kinesis", "describe-stream-summary", &arguments)?;
    let Summary { stream_status, open_shard_count } = answer.stream_description_summary;
    // It is written to and read while it is changed.
    let finding = Finding::new().state(&stream_status, &["ACTIVE", "UPDATING"], &["CREATING"]);
    Ok(match open_shard_count {
        Some(shards) => finding.note(count(f64::from(shards), "shard")),
        None => finding,
    })
}
