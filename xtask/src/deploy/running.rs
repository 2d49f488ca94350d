//! A capture as DMS runs it: asking how it is, stopping and starting it.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    aws::{Aws, Refusal},
    diagnostic::{Diagnostic, Result},
    graph::{Capture, capture::Engine},
};

/// How often it is asked whether something has come about.
const PAUSE: Duration = Duration::from_secs(5);

/// States of one that was started and does not run yet; those but the first of serverless ones.
/// <https://docs.aws.amazon.com/dms/latest/APIReference/API_Replication.html>
pub(crate) const STARTING: [&str; 8] = [
    "starting",
    "initializing",
    "preparing_metadata_resources",
    "testing_connection",
    "fetching_metadata",
    "calculating_capacity",
    "provisioning_capacity",
    "replication_starting",
];

/// A capture stops when it has written what it has read; an instance is reached within minutes.
const PATIENCE: Duration = Duration::from_secs(900);

/// A capture that exists in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Running {
    /// What messages call it.
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) serverless: bool,
}

impl Running {
    /// The one that a graph's capture became, if it is there.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub(super) fn find(capture: &Capture, aws: &Aws) -> Result<Option<Self>> {
        let name = &capture.node.name;
        let serverless = matches!(capture.engine, Engine::Serverless { .. });
        let arn = if serverless {
            let filter = format!("Name=replication-config-id,Values={name}");
            let answer = found(aws, "describe-replication-configs", &filter)?.unwrap_or_default();
            let all = answer["ReplicationConfigs"].as_array().cloned().unwrap_or_default();
            let own = all.iter().find(|it| it["ReplicationConfigIdentifier"] == name.as_str());
            own.and_then(|it| it["ReplicationConfigArn"].as_str().map(str::to_owned))
        } else {
            let filter = format!("Name=replication-task-id,Values={name}");
            let answer = found(aws, "describe-replication-tasks", &filter)?.unwrap_or_default();
            answer["ReplicationTasks"][0]["ReplicationTaskArn"].as_str().map(str::to_owned)
        };
        Ok(arn.map(|arn| Self { id: name.clone(), arn, serverless }))
    }

    /// What DMS says of it; none if it is gone.
    pub(super) fn describe(&self, aws: &Aws) -> Result<Option<Value>, Refusal> {
        let (operation, filter, list) = match self.serverless {
            true => ("describe-replications", "replication-config-arn", "Replications"),
            false => ("describe-replication-tasks", "replication-task-arn", "ReplicationTasks"),
        };
        let filter = format!("Name={filter},Values={}", self.arn);
        Ok(found(aws, operation, &filter)?.and_then(|answer| answer[list].get(0).cloned()))
    }

    /// Whether it runs, or is about to.
    pub(super) fn is_up(&self, aws: &Aws) -> Result<bool, Refusal> {
        let status = self.status(aws)?;
        Ok(status == "running" || STARTING.contains(&status.as_str()))
    }

    pub(super) fn status(&self, aws: &Aws) -> Result<String, Refusal> {
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

    /// Has it stop, once it is not just starting: DMS stops none that is, nor one that failed.
    pub(super) fn stop(&self, aws: &Aws) -> Result<()> {
        self.wait(aws, |status| !STARTING.contains(&status))?;
        if self.status(aws)? == "running" {
            self.call("stop", &[], aws)?;
        }
        Ok(())
    }

    /// Waits until it has stopped.
    pub(super) fn stopped(&self, aws: &Aws) -> Result<()> {
        self.wait(aws, |status| !matches!(status, "stopping" | "running"))
    }

    pub(super) fn start(&self, how: &str, aws: &Aws) -> Result<(), Refusal> {
        let name = match self.serverless {
            true => "--start-replication-type",
            false => "--start-replication-task-type",
        };
        self.call("start", &[name, how], aws)
    }

    fn wait(&self, aws: &Aws, is_over: impl Fn(&str) -> bool) -> Result<()> {
        let begun = Instant::now();
        loop {
            let status = self.status(aws)?;
            if is_over(&status) {
                return Ok(());
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
    pub(super) fn reach(&self, task: &Value, aws: &Aws) -> Result<()> {
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

/// What DMS has for a filter: it refuses one that finds nothing.
fn found(aws: &Aws, operation: &str, filter: &str) -> Result<Option<Value>, Refusal> {
    match aws.call("dms", operation, &["--filters", filter]) {
        Ok(answer) => Ok(Some(answer)),
        Err(refusal) if refusal.is_not_found() => Ok(None),
        Err(refusal) => Err(refusal),
    }
}
