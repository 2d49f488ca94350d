//! What has to be done before a stage can be destroyed: captures are stopped, so that nothing is
//! written to what goes, and buckets are emptied, since AWS deletes none that has objects.

use serde_json::json;

use super::{Action, Plan, running::Running};
use crate::{
    aws::Aws,
    diagnostic::{Diagnostic, Result},
    graph::Graph,
    report::Report,
};

/// Clears the way for a plan that destroys.
///
/// # Errors
///
/// AWS refuses something. Doing it again goes on.
pub(super) fn clear(plan: &Plan, graph: &Graph, aws: &Aws, report: &Report) -> Result<()> {
    for capture in graph.captures.iter() {
        let Some(running) = Running::find(capture, aws)? else { continue };
        if running.is_up(aws)? {
            running.stop(aws)?;
            running.stopped(aws)?;
            report.status("Stopped", &running.id);
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
