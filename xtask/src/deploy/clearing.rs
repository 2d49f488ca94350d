//! What has to be done before a stage can be destroyed: captures are stopped, so that nothing is
//! written to what goes, and buckets are emptied, since AWS deletes none that has objects.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use super::{Action, Plan};
use crate::{
    aws::Aws,
    diagnostic::{Diagnostic, Result},
    graph::{Capture, Graph, capture::Engine},
    report::Report,
};

/// How often a capture is asked whether it has stopped.
const POLL: Duration = Duration::from_secs(5);

/// Clears the way for a plan that destroys.
///
/// # Errors
///
/// AWS refuses something. Doing it again goes on.
pub(super) fn clear(plan: &Plan, graph: &Graph, aws: &Aws, report: &Report) -> Result<()> {
    for capture in graph.captures.iter() {
        if stop(capture, aws)? {
            report.status("Stopped", &capture.node.name);
        }
    }
    let buckets = plan.changes.iter().filter(|it| {
        it.action == Action::Destroy && ["aws_s3_bucket", "AWS::S3::Bucket"].contains(&&*it.kind)
    });
    for bucket in buckets.filter_map(|it| it.name.as_deref()) {
        let removed = empty(bucket, aws)?;
        if removed > 0 {
            report.status("Emptied", format_args!("{bucket} of {removed} objects"));
        }
    }
    Ok(())
}

/// Stops a capture and waits until it has; whether it ran.
fn stop(capture: &Capture, aws: &Aws) -> Result<bool> {
    let name = &capture.node.name;
    let serverless = matches!(capture.engine, Engine::Serverless { .. });
    let find = if serverless {
        let answer = aws.call::<&str>("dms", "describe-replication-configs", &[])?;
        let all = answer["ReplicationConfigs"].as_array().cloned().unwrap_or_default();
        let own = all.iter().find(|it| it["ReplicationConfigIdentifier"] == name.as_str());
        own.map(|it| it["ReplicationConfigArn"].clone())
    } else {
        let filter = format!("Name=replication-task-id,Values={name}");
        found(aws, "describe-replication-tasks", &filter)?
            .map(|answer| answer["ReplicationTasks"][0]["ReplicationTaskArn"].clone())
    };
    let Some(arn) = find.as_ref().and_then(Value::as_str) else { return Ok(false) };
    let status = || -> Result<String> {
        let (operation, filter, list) = if serverless {
            ("describe-replications", "replication-config-arn", "Replications")
        } else {
            ("describe-replication-tasks", "replication-task-arn", "ReplicationTasks")
        };
        let answer = found(aws, operation, &format!("Name={filter},Values={arn}"))?;
        let status = answer.and_then(|it| it[list][0]["Status"].as_str().map(str::to_owned));
        Ok(status.unwrap_or_default())
    };
    // One that is starting cannot be stopped yet.
    while status()? == "starting" {
        thread::sleep(POLL);
    }
    if status()? != "running" {
        return Ok(false);
    }
    let arguments = if serverless {
        ("stop-replication", ["--replication-config-arn", arn])
    } else {
        ("stop-replication-task", ["--replication-task-arn", arn])
    };
    aws.call("dms", arguments.0, &arguments.1)?;
    while ["running", "stopping"].contains(&status()?.as_str()) {
        thread::sleep(POLL);
    }
    Ok(true)
}

/// What DMS has for a filter: it refuses one that finds nothing.
fn found(aws: &Aws, operation: &str, filter: &str) -> Result<Option<Value>> {
    match aws.call("dms", operation, &["--filters", filter]) {
        Ok(answer) => Ok(Some(answer)),
        Err(refusal) if refusal.is_not_found() => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Deletes every version of every object of a bucket; how many there were.
fn empty(bucket: &str, aws: &Aws) -> Result<usize> {
    let mut removed = 0;
    loop {
        let arguments = ["--bucket", bucket, "--max-items", "1000"];
        let answer = match aws.call("s3api", "list-object-versions", &arguments) {
            Ok(answer) => answer,
            Err(refusal) if refusal.is_not_found() => return Ok(removed),
            Err(refusal) => return Err(refusal.into()),
        };
        let versions = ["Versions", "DeleteMarkers"].map(|list| answer[list].as_array().cloned());
        let versions: Vec<_> = versions
            .into_iter()
            .flatten()
            .flatten()
            .map(|it| json!({ "Key": it["Key"], "VersionId": it["VersionId"] }))
            .collect();
        if versions.is_empty() {
            return Ok(removed);
        }
        // Keys have up to 1,024 bytes, and Linux takes no argument of more than 128 KiB.
        for versions in versions.chunks(100) {
            let objects = json!({ "Objects": versions, "Quiet": true }).to_string();
            let arguments = ["--bucket", bucket, "--delete", &objects];
            let answer = aws.call("s3api", "delete-objects", &arguments)?;
            if let Some(error) = answer["Errors"].get(0) {
                let message = format!(
                    "`{}` of bucket {bucket} is not deleted: {}",
                    error["Key"], error["Message"]
                );
                return Err(Diagnostic::new(message).into());
            }
            removed += versions.len();
        }
    }
}
