//! Captures: whether changes flow.

use serde::Deserialize;

use super::{Finding, Probe, Scene, count, metrics, span};
use crate::{
    aws::Refusal,
    deploy::STARTING,
    graph::{Capture, Graph, capture::Engine},
};

/// Seconds between a change and its record that need no remark.
const PROMPT: f64 = 60.0;

/// States that a task or a replication leaves by itself, beside those of one that starts.
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.Status.html>
const PASSING: [&str; 4] = ["creating", "modifying", "moving", "testing"];

#[derive(Deserialize)]
struct Answer<T> {
    #[serde(alias = "ReplicationTasks", alias = "Replications")]
    found: Vec<T>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Task {
    status: String,
    stop_reason: Option<String>,
    last_failure_message: Option<String>,
    replication_task_arn: String,
    replication_task_stats: Option<Stats>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Replication {
    replication_config_identifier: String,
    status: String,
    stop_reason: Option<String>,
    failure_messages: Vec<String>,
    replication_stats: Option<Stats>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Stats {
    tables_errored: u32,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph
        .captures
        .iter()
        .map(|capture| Probe::new("capture", &capture.node, move |scene| look(scene, capture)))
}

fn look(scene: &Scene<'_>, capture: &Capture) -> Result<Finding, Refusal> {
    let name = &capture.node.name;
    match capture.engine {
        Engine::Instance { .. } => {
            let filter = format!("Name=replication-task-id,Values={name}");
            let arguments = ["--filters", &filter, "--without-settings"];
            let answer: Answer<Task> =
                scene.aws.read("dms", "describe-replication-tasks", &arguments)?;
            let Some(task) = answer.found.into_iter().next() else { return Ok(Finding::missing()) };
            Ok(delay(state_of_task(&task), scene, &task, &capture.instance().name))
        }
        Engine::Serverless { .. } => {
            let filter = format!("Name=replication-config-id,Values={name}");
            let arguments = ["--filters", &filter];
            let answer: Answer<Replication> =
                scene.aws.read("dms", "describe-replications", &arguments)?;
            let found =
                answer.found.iter().find(|found| found.replication_config_identifier == *name);
            Ok(found.map_or_else(Finding::missing, state_of_replication))
        }
    }
}

fn state_of_task(task: &Task) -> Finding {
    let Task { status, stop_reason, last_failure_message, replication_task_stats, .. } = task;
    let failure = last_failure_message.as_deref().filter(|_| status != "running");
    state(status, stop_reason.as_deref(), failure, replication_task_stats.as_ref())
}

fn state_of_replication(replication: &Replication) -> Finding {
    let Replication { status, stop_reason, failure_messages, replication_stats, .. } = replication;
    let failure = failure_messages.last().map(String::as_str).filter(|_| status != "running");
    state(status, stop_reason.as_deref(), failure, replication_stats.as_ref())
}

fn state(
    status: &str,
    stopped: Option<&str>,
    failure: Option<&str>,
    stats: Option<&Stats>,
) -> Finding {
    let mut finding =
        Finding::new().state(status, &["running"], &[&PASSING[..], &STARTING].concat());
    if matches!(status, "ready" | "created") {
        finding = finding.note("was not started yet: no change is captured");
    }
    let said = stopped.filter(|_| status != "running").into_iter().chain(failure);
    for text in said.filter(|text| !text.is_empty()) {
        finding = finding.note(text);
    }
    match stats {
        Some(Stats { tables_errored: tables @ 1.. }) => {
            finding.failing(format!("{} not captured", count(f64::from(*tables), "table")))
        }
        _ => finding,
    }
}

/// How long a change takes to the stream, if DMS says it.
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Monitoring.html>
fn delay(finding: Finding, scene: &Scene<'_>, task: &Task, instance: &str) -> Finding {
    // The task is called by what AWS made up for its ARN, the instance by its own name.
    let id = task.replication_task_arn.rsplit(':').next().unwrap_or_default();
    let dimensions =
        [("ReplicationTaskIdentifier", id), ("ReplicationInstanceIdentifier", instance)];
    let stat = metrics::stat("AWS/DMS", "CDCLatencyTarget", &dimensions, "Maximum");
    // That it cannot be known is said once, for all metrics.
    let values = metrics::data(scene.aws, [stat].into_iter()).unwrap_or_default();
    match values.first().and_then(|values| values.first()) {
        Some(seconds) if *seconds > PROMPT => {
            finding.lagging(format!("{} behind the database", span(*seconds)))
        }
        Some(seconds) => finding.note(format!("{} behind the database", span(*seconds))),
        None if task.status == "running" => finding.note("how far behind is not known"),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Health, *};

    #[test]
    fn only_a_running_task_captures_changes() {
        let task = |text: &str| {
            let answer: Answer<Task> = serde_json::from_str(text).unwrap();
            state_of_task(&answer.found[0])
        };
        let running = task(r#"{"ReplicationTasks": [{"Status": "running", "StopReason": "x"}]}"#);
        assert_eq!((running.health, running.notes), (Health::Healthy, vec!["running".to_owned()]));
        let ready = task(r#"{"ReplicationTasks": [{"Status": "ready"}]}"#);
        assert_eq!(ready.health, Health::Failing);
        let failed = task(
            r#"{"ReplicationTasks": [{"Status": "failed",
                "StopReason": "Stop Reason FATAL_ERROR Error Level FATAL",
                "LastFailureMessage": "Last Error: the binlog is gone",
                "ReplicationTaskStats": {"TablesErrored": 1}}]}"#,
        );
        assert_eq!(
            failed.notes,
            [
                "failed",
                "Stop Reason FATAL_ERROR Error Level FATAL",
                "Last Error: the binlog is gone",
                "1 table not captured",
            ]
        );
    }

    #[test]
    fn a_serverless_replication_says_the_same_under_other_names() {
        let answer: Answer<Replication> = serde_json::from_str(
            r#"{"Replications": [{"ReplicationConfigIdentifier": "c", "Status": "failed",
                "FailureMessages": ["no network"]}]}"#,
        )
        .unwrap();
        let finding = state_of_replication(&answer.found[0]);
        assert_eq!((finding.health, finding.notes.len()), (Health::Failing, 2));
        assert_eq!(finding.notes[1], "no network");
        let passing = Replication { status: "testing_connection".into(), ..Replication::default() };
        assert_eq!(state_of_replication(&passing).health, Health::Lagging);
    }
}
