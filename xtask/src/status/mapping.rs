//! Event source mappings: whether Lambda reads a stream, and how far behind it is.

use serde::Deserialize;

use super::{Finding, Probe, Scene, metrics::ITERATOR_AGE, span};
use crate::{
    aws::Refusal,
    graph::{Graph, Mapping},
};

/// Seconds behind the stream that need no remark.
const PROMPT: f64 = 60.0;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html>
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    event_source_arn: Option<String>,
    state: Option<String>,
    state_transition_reason: Option<String>,
    last_processing_result: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    event_source_mappings: Vec<Configuration>,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph
        .mappings
        .iter()
        .map(|mapping| Probe::new("mapping", &mapping.node, move |scene| look(scene, mapping)))
}

fn look(scene: &Scene<'_>, mapping: &Mapping) -> Result<Finding, Refusal> {
    let function = &scene.graph.functions[mapping.function].node.name;
    let stream = &scene.graph.streams[mapping.stream];
    let arguments = ["--function-name", function.as_str()];
    let answer: Answer = scene.aws.read("lambda", "list-event-source-mappings", &arguments)?;
    let of_stream = format!(":stream/{}", stream.node.name);
    let found = answer
        .event_source_mappings
        .into_iter()
        .find(|found| found.event_source_arn.as_ref().is_some_and(|arn| arn.ends_with(&of_stream)));
    let Some(found) = found else { return Ok(Finding::missing()) };
    let patience = mapping.retry.max_age.min(stream.retention_hours.saturating_mul(3_600));
    let age = scene.metrics.newest(function, ITERATOR_AGE).map(|millis| millis / 1_000.0);
    Ok(behind(state(found), age, f64::from(patience)))
}

fn state(found: Configuration) -> Finding {
    let passing = ["Creating", "Enabling", "Updating"];
    let state = found.state.unwrap_or_default();
    let mut finding = Finding::new().state(&state, &["Enabled"], &passing);
    if let (true, Some(reason)) = (state != "Enabled", found.state_transition_reason) {
        finding = finding.note(reason);
    }
    match found.last_processing_result {
        // Such as `PROBLEM: Function call failed`.
        Some(result) if result.starts_with("PROBLEM") => finding.failing(result),
        Some(result) => finding.note(result.to_lowercase()),
        None => finding,
    }
}

/// How far behind the stream it is. After half the time in which a record may be read at all,
/// somebody should hurry.
fn behind(finding: Finding, age: Option<f64>, patience: f64) -> Finding {
    match age {
        Some(age) if age > patience / 2.0 => finding.failing(format!(
            "{} behind the stream, and nothing is tried after {}",
            span(age),
            span(patience)
        )),
        Some(age) if age > PROMPT => finding.lagging(format!("{} behind the stream", span(age))),
        Some(age) => finding.note(format!("{} behind the stream", span(age))),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Health, *};

    #[test]
    fn a_mapping_lags_behind_and_fails_before_records_are_given_up() {
        let health = |age| behind(Finding::new(), age, 86_400.0).health;
        assert_eq!(health(None), Health::Healthy);
        assert_eq!(health(Some(59.0)), Health::Healthy);
        assert_eq!(health(Some(61.0)), Health::Lagging);
        assert_eq!(health(Some(43_201.0)), Health::Failing);
        let notes = behind(Finding::new(), Some(50_000.0), 86_400.0).notes;
        assert_eq!(notes, ["14 h behind the stream, and nothing is tried after 24 h"]);
    }

    #[test]
    fn a_mapping_that_is_off_or_meets_a_problem_is_failing() {
        let found = |state: &str, result: &str| Configuration {
            state: Some(state.into()),
            state_transition_reason: Some("User action".into()),
            last_processing_result: Some(result.into()),
            ..Configuration::default()
        };
        assert_eq!(state(found("Enabled", "OK")).health, Health::Healthy);
        assert_eq!(state(found("Enabling", "No records processed")).health, Health::Lagging);
        assert_eq!(state(found("Disabled", "OK")).notes, ["disabled", "User action", "ok"]);
        assert_eq!(state(found("Disabled", "OK")).health, Health::Failing);
        let problem = "PROBLEM: Function call failed";
        assert_eq!(state(found("Enabled", problem)).notes, ["enabled", problem]);
        assert_eq!(state(found("Enabled", problem)).health, Health::Failing);
    }
}
