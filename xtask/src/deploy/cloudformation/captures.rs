//! The captures of a stack. CloudFormation neither starts nor stops them, and DMS changes and
//! deletes none that runs.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.Modifying.html>

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::stack::Member;
use crate::{
    aws::{Aws, Refusal},
    deploy::Deployment,
    diagnostic::{Diagnostic, Result},
};

const TASK: &str = "AWS::DMS::ReplicationTask";
const REPLICATION: &str = "AWS::DMS::ReplicationConfig";

const PAUSE: Duration = Duration::from_secs(5);

/// A capture stops when it has written what it has read; an instance is reached within minutes.
const PATIENCE: Duration = Duration::from_secs(900);

/// A capture that exists in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) id: String,
    arn: String,
    serverless: bool,
}

/// The captures among the resources of a stack.
pub(super) fn of(members: &[Member]) -> Vec<Running> {
    let captures = members.iter().filter(|member| {
        [TASK, REPLICATION].contains(&member.resource_type.as_str())
            && member.physical_resource_id.starts_with("arn:")
    });
    captures
        .map(|member| Running {
            id: member.logical_resource_id.clone(),
            arn: member.physical_resource_id.clone(),
            serverless: member.resource_type == REPLICATION,
        })
        .collect()
}

impl Running {
    /// What DMS says of it; none if it is gone.
    fn describe(&self, aws: &Aws) -> Result<Option<Value>, Refusal> {
        let (operation, filter, list) = match self.serverless {
            true => ("describe-replications", "replication-config-arn", "Replications"),
            false => ("describe-replication-tasks", "replication-task-arn", "ReplicationTasks"),
        };
        let filter = format!("Name={filter},Values={}", self.arn);
        match aws.call("dms", operation, &["--filters", &filter]) {
            Ok(answer) => Ok(answer[list].get(0).cloned()),
            Err(refusal) if refusal.is_not_found() => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    fn status(&self, aws: &Aws) -> Result<String, Refusal> {
        let described = self.describe(aws)?;
        let status = described.as_ref().and_then(|it| it["Status"].as_str());
        Ok(status.unwrap_or("deleted").to_owned())
    }

    fn call(&self, operation: &str, more: &[&str], aws: &Aws) -> Result<(), Refusal> {
        let (operation, name) = match self.serverless {
            true => (format!("{operation}-replication"), "--replication-config-arn"),
            false => (format!("{operation}-replication-task"), "--replication-task-arn"),
        };
        let mut arguments = vec![name, &self.arn];
        arguments.extend(more);
        aws.call("dms", &operation, &arguments).map(|_| ())
    }

    fn start(&self, how: &str, aws: &Aws) -> Result<(), Refusal> {
        let name = match self.serverless {
            true => "--start-replication-type",
            false => "--start-replication-task-type",
        };
        self.call("start", &[name, how], aws)
    }

    fn wait(&self, aws: &Aws, is_over: impl Fn(&str) -> bool) -> Result<String> {
        let begun = Instant::now();
        loop {
            let status = self.status(aws)?;
            if is_over(&status) {
                return Ok(status);
            }
            if begun.elapsed() > PATIENCE {
                return Err(Diagnostic::new(format!("`{}` has been {status} too long", self.id))
                    .help("look at its log in the console of DMS, and run this again")
                    .into());
            }
            thread::sleep(PAUSE);
        }
    }

    /// DMS starts a task only once its instance has reached both ends.
    fn reach(&self, task: &Value, aws: &Aws) -> Result<()> {
        let arn = |name: &str| task[name].as_str().unwrap_or_default();
        let instance = arn("ReplicationInstanceArn");
        for endpoint in [arn("SourceEndpointArn"), arn("TargetEndpointArn")] {
            let arguments = ["--replication-instance-arn", instance, "--endpoint-arn", endpoint];
            aws.call("dms", "test-connection", &arguments)?;
            let filter = format!("Name=endpoint-arn,Values={endpoint}");
            let begun = Instant::now();
            loop {
                let answer = aws.call("dms", "describe-connections", &["--filters", &filter])?;
                let connection = &answer["Connections"][0];
                match connection["Status"].as_str() {
                    Some("successful") => break,
                    Some("failed") => {
                        let why = connection["LastFailureMessage"].as_str().unwrap_or_default();
                        return Err(unreached(&self.id, endpoint, why).into());
                    }
                    _ if begun.elapsed() > PATIENCE => {
                        return Err(unreached(&self.id, endpoint, "no answer").into());
                    }
                    _ => thread::sleep(PAUSE),
                }
            }
        }
        Ok(())
    }
}

fn unreached(id: &str, endpoint: &str, why: &str) -> Diagnostic {
    Diagnostic::new(format!("the instance of `{id}` does not reach {endpoint}: {why}")).help(
        "everything is deployed, and the capture not started: see to what its database needs \
         (`cargo xtask synth` prints the steps), and deploy again",
    )
}

/// Stops those that run, and notes them, so that whoever deploys next starts them again if this
/// is interrupted.
pub(super) fn pause(captures: &[Running], deployment: &Deployment<'_>, aws: &Aws) -> Result<()> {
    let mut paused = Vec::new();
    for capture in captures {
        if matches!(capture.status(aws)?.as_str(), "running" | "starting") {
            capture.wait(aws, |status| status != "starting")?;
            deployment.report.status("Stopping", &capture.id);
            note(&capture.arn, deployment)?;
            capture.call("stop", &[], aws)?;
            paused.push(capture);
        }
    }
    for capture in paused {
        capture.wait(aws, |status| !matches!(status, "stopping" | "running"))?;
    }
    Ok(())
}

/// What is to be started: again what was paused, and if asked for what was never started.
pub(super) fn waiting<'c>(
    captures: &'c [Running],
    deployment: &Deployment<'_>,
    aws: &Aws,
) -> Result<Vec<&'c Running>, Refusal> {
    let paused = fs::read_to_string(file(deployment)).unwrap_or_default();
    let mut waiting = Vec::new();
    for capture in captures {
        let is_paused = paused.lines().any(|arn| arn == capture.arn);
        let waits = match capture.status(aws)?.as_str() {
            "stopped" => is_paused,
            "ready" | "created" => deployment.start_capture,
            _ => false,
        };
        waiting.extend(waits.then_some(capture));
    }
    Ok(waiting)
}

/// Starts what is [`waiting`].
pub(super) fn start(captures: &[Running], deployment: &Deployment<'_>, aws: &Aws) -> Result<()> {
    for capture in waiting(captures, deployment, aws)? {
        deployment.report.status("Starting", &capture.id);
        let described = capture.describe(aws)?.unwrap_or_default();
        if described["Status"] == "stopped" {
            capture.start("resume-processing", aws)?;
            continue;
        }
        if !capture.serverless {
            capture.reach(&described, aws)?;
        }
        capture.start("start-replication", aws)?;
    }
    forget(deployment);
    Ok(())
}

/// Forgets what was paused.
pub(super) fn forget(deployment: &Deployment<'_>) {
    // It may never have been there.
    let _ = fs::remove_file(file(deployment));
}

fn file(deployment: &Deployment<'_>) -> PathBuf {
    deployment.folder().join("paused-captures")
}

fn note(arn: &str, deployment: &Deployment<'_>) -> Result<()> {
    let path = file(deployment);
    let before = fs::read_to_string(&path).unwrap_or_default();
    crate::output::write(&path, format!("{before}{arn}\n").as_bytes())
}
