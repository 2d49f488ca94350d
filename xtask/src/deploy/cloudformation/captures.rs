//! The captures of a stack. CloudFormation neither starts nor stops them, and DMS changes and
//! deletes none that runs.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.Modifying.html>

use std::{fs, path::PathBuf};

use super::stack::Member;
use crate::{
    aws::{Aws, Refusal},
    deploy::{Deployment, running::Running},
    diagnostic::{Diagnostic, Result},
    output,
    report::Report,
};

const TASK: &str = "AWS::DMS::ReplicationTask";
const REPLICATION: &str = "AWS::DMS::ReplicationConfig";

/// The captures of a stack.
pub(super) struct Captures<'a> {
    all: Vec<Running>,
    aws: &'a Aws,
    report: &'a Report,
    /// Where those are noted that were running before a change.
    paused: PathBuf,
    /// Whether those that never ran are started.
    start_new: bool,
}

impl<'a> Captures<'a> {
    /// Those among the resources of a stack.
    pub(super) fn new(members: &[Member], deployment: &'a Deployment<'a>) -> Self {
        let captures = members.iter().filter(|member| {
            [TASK, REPLICATION].contains(&member.resource_type.as_str())
                && member.physical_resource_id.starts_with("arn:")
        });
        let running = |member: &Member| Running {
            id: member.logical_resource_id.clone(),
            arn: member.physical_resource_id.clone(),
            serverless: member.resource_type == REPLICATION,
        };
        Self {
            all: captures.map(running).collect(),
            aws: deployment.aws,
            report: deployment.report,
            paused: deployment.folder().join("paused-captures"),
            start_new: deployment.start_capture,
        }
    }

    /// These, of which none is started that was not running before.
    pub(super) fn without_new(self) -> Self {
        Self { start_new: false, ..self }
    }

    /// Stops those that run, and notes them, so that whoever deploys next starts them again if
    /// this is interrupted.
    pub(super) fn pause(&self) -> Result<()> {
        let mut stopping = Vec::new();
        for capture in &self.all {
            if capture.is_up(self.aws)? {
                self.report.status("Stopping", &capture.id);
                let before = fs::read_to_string(&self.paused).unwrap_or_default();
                output::write(&self.paused, format!("{before}{}\n", capture.id).as_bytes())?;
                capture.stop(self.aws)?;
                stopping.push(capture);
            }
        }
        for capture in stopping {
            capture.stopped(self.aws)?;
        }
        Ok(())
    }

    /// What is to be started: again what was paused, and if asked for whatever does not run.
    pub(super) fn waiting(&self) -> Result<Vec<&Running>, Refusal> {
        let mut waiting = Vec::new();
        for capture in &self.all {
            let stands = matches!(&*capture.status(self.aws)?, "stopped" | "ready" | "created");
            // One that was replaced while it was paused has not begun yet.
            let waits = stands && (self.start_new || self.is_noted(capture));
            waiting.extend(waits.then_some(capture));
        }
        Ok(waiting)
    }

    fn is_noted(&self, capture: &Running) -> bool {
        let noted = fs::read_to_string(&self.paused).unwrap_or_default();
        noted.lines().any(|id| id == capture.id)
    }

    /// Starts what is [`waiting`](Self::waiting).
    pub(super) fn start(&self) -> Result<()> {
        for capture in self.waiting()? {
            self.report.status("Starting", &capture.id);
            let described = capture.describe(self.aws)?.unwrap_or_default();
            if described["Status"] == "stopped" {
                capture.start("resume-processing", self.aws)?;
            } else {
                if !capture.serverless {
                    capture.reach(&described, self.aws)?;
                }
                capture.start("start-replication", self.aws)?;
            }
            self.strike(capture)?;
        }
        for capture in &self.all {
            let status = capture.status(self.aws)?;
            if matches!(&*status, "stopped" | "failed") {
                let message =
                    format!("capture `{}` is {status}: no change is captured", capture.id);
                let help = "deploy with `--start-capture` to have it go on where it was, before \
                            the database deletes its binlog";
                self.report.warning(&Diagnostic::new(message).help(help));
            }
        }
        Ok(())
    }

    /// Forgets one of those that were paused.
    fn strike(&self, capture: &Running) -> Result<()> {
        let noted = fs::read_to_string(&self.paused).unwrap_or_default();
        let left: Vec<_> = noted.lines().filter(|id| *id != capture.id).collect();
        if left.is_empty() {
            self.forget();
            return Ok(());
        }
        output::write(&self.paused, (left.join("\n") + "\n").as_bytes())
    }

    /// Forgets what was paused.
    pub(super) fn forget(&self) {
        // It may never have been there.
        let _ = fs::remove_file(&self.paused);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::aws::tests::scripted;

    /// DMS, as a script: `status` is that of the one task, and `calls` what it was asked to do.
    const DMS: &str = r#"
        cd "$(dirname "$0")"
        case "$2" in
            describe-replication-tasks)
                echo "{\"ReplicationTasks\": [{\"Status\": \"$(cat status)\",
                    \"ReplicationInstanceArn\": \"i\", \"SourceEndpointArn\": \"s\",
                    \"TargetEndpointArn\": \"t\"}]}" ;;
            describe-connections) echo '{"Connections": [{"Status": "successful"}]}' ;;
            stop-replication-task) echo "$2" >> calls; echo stopped > status ;;
            start-replication-task) echo "$*" >> calls; echo running > status ;;
            *) echo "$2" >> calls ;;
        esac"#;

    fn captures<'a>(folder: &Path, aws: &'a Aws, report: &'a Report) -> Captures<'a> {
        let arn = "arn:aws:dms:us-east-1:123456789012:task:X".into();
        let all = vec![Running { id: "Captura".into(), arn, serverless: false }];
        Captures { all, aws, report, paused: folder.join("paused"), start_new: false }
    }

    fn with_dms(status: &str, test: impl FnOnce(Captures<'_>, &Path)) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("status"), status).unwrap();
        let aws = scripted(folder.path(), DMS);
        let report = Report { quiet: true, verbose: false, json: false, no_color: true };
        test(captures(folder.path(), &aws, &report), folder.path());
    }

    fn calls(folder: &Path) -> Vec<String> {
        let calls = fs::read_to_string(folder.join("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_runs_is_paused_and_goes_on_where_it_was() {
        with_dms("running", |captures, folder| {
            captures.pause().unwrap();
            // Whoever comes next knows of it, if this one is killed here.
            assert_eq!(captures.waiting().unwrap().len(), 1);
            captures.start().unwrap();
            let calls = calls(folder);
            assert_eq!(calls[0], "stop-replication-task");
            assert!(calls[1].ends_with("resume-processing"), "{calls:?}");
            assert!(!folder.join("paused").exists());
        });
    }

    #[test]
    fn what_somebody_stopped_stays_stopped() {
        with_dms("stopped", |captures, folder| {
            captures.pause().unwrap();
            captures.start().unwrap();
            assert_eq!(calls(folder), Vec::<String>::new());
        });
    }

    #[test]
    fn what_never_ran_is_started_only_if_asked_for_and_reached_first() {
        with_dms("ready", |captures, folder| {
            captures.start().unwrap();
            assert_eq!(calls(folder), Vec::<String>::new());
            Captures { start_new: true, ..captures }.start().unwrap();
            let calls = calls(folder);
            assert_eq!(calls[..2], ["test-connection", "test-connection"]);
            assert!(calls[2].ends_with("start-replication"), "{calls:?}");
        });
    }
}
