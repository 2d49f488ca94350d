//! Rules: one that is switched off loses events without a word.

use serde::Deserialize;

use super::{Finding, Probe, Scene};
use crate::{
    aws::Refusal,
    graph::{Graph, Rule},
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    state: String,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph.rules.iter().map(|rule| Probe::new("rule", &rule.node, move |scene| look(scene, rule)))
}

fn look(scene: &Scene<'_>, rule: &Rule) -> Result<Finding, Refusal> {
    let bus = &scene.graph.buses[rule.bus].node;
    let bus = bus.existing.as_ref().unwrap_or(&bus.name);
    let arguments = ["--name", &rule.node.name, "--event-bus-name", bus];
    let answer: Answer = scene.aws.read("events", "describe-rule", &arguments)?;
    Ok(Finding::new().state(&answer.state, &["ENABLED"], &[]))
}
