//! Functions: whether they can be called, and what became of the last calls.

use serde::Deserialize;

use super::{
    Finding, Probe, Scene, count,
    metrics::{ERRORS, INVOCATIONS, MINUTES, Metrics, THROTTLES},
};
use crate::{aws::Refusal, graph::Graph};

/// <https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    state: Option<String>,
    state_reason: Option<String>,
    last_update_status: Option<String>,
    last_update_status_reason: Option<String>,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph.functions.iter().map(|function| {
        let name = &function.node.name;
        Probe::new("function", &function.node, move |scene| look(scene, name))
    })
}

fn look(scene: &Scene<'_>, name: &str) -> Result<Finding, Refusal> {
    let arguments = ["--function-name", name];
    let found = scene.aws.read("lambda", "get-function-configuration", &arguments)?;
    Ok(calls(state(found), name, &scene.metrics))
}

fn state(found: Configuration) -> Finding {
    let state = found.state.as_deref().unwrap_or("Active");
    // Inactive is one that was not called for weeks; the next call wakes it.
    let mut finding = Finding::new().state(state, &["Active", "Inactive"], &["Pending"]);
    if let (true, Some(reason)) = (state != "Active", found.state_reason) {
        finding = finding.note(reason);
    }
    let reason = found.last_update_status_reason.unwrap_or_default();
    match found.last_update_status.as_deref() {
        Some("Failed") => finding.failing(format!("its last update failed: {reason}")),
        Some("InProgress") => finding.lagging("is being updated"),
        _ => finding,
    }
}

fn calls(finding: Finding, name: &str, metrics: &Metrics) -> Finding {
    let Some(invocations) = metrics.sum(name, INVOCATIONS) else { return finding };
    let mut finding =
        finding.note(format!("{} in {MINUTES} min", count(invocations, "invocation")));
    let (errors, throttles) = (metrics.sum(name, ERRORS), metrics.sum(name, THROTTLES));
    if let Some(errors) = errors.filter(|errors| *errors > 0.0) {
        finding = finding.failing(count(errors, "error"));
    }
    if let Some(throttles) = throttles.filter(|throttles| *throttles > 0.0) {
        finding = finding.lagging(count(throttles, "throttle"));
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::{super::Health, *};

    fn configuration(state: &str, update: &str) -> Configuration {
        Configuration {
            state: Some(state.into()),
            state_reason: Some("the reason".into()),
            last_update_status: Some(update.into()),
            last_update_status_reason: Some("the other reason".into()),
        }
    }

    #[test]
    fn a_function_is_as_its_state_and_its_last_update_are() {
        let health = |state_, update| state(configuration(state_, update)).health;
        assert_eq!(health("Active", "Successful"), Health::Healthy);
        assert_eq!(health("Inactive", "Successful"), Health::Healthy);
        assert_eq!(health("Pending", "Successful"), Health::Lagging);
        assert_eq!(health("Active", "InProgress"), Health::Lagging);
        assert_eq!(health("Active", "Failed"), Health::Failing);
        let failed = state(configuration("Failed", "Failed"));
        let notes = ["failed", "the reason", "its last update failed: the other reason"];
        assert_eq!(failed.notes, notes);
    }
}
