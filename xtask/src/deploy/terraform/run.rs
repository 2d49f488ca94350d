//! Running Terraform, and understanding what it says as it goes.
//!
//! <https://developer.hashicorp.com/terraform/internals/machine-readable-ui>

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

use serde::Deserialize;
use serde_json::Value;

use super::{program::Program, watch::Watch};
use crate::{
    aws::Aws,
    deploy::{Action, Event, Progress},
    diagnostic::{Diagnostic, Result},
    report::Report,
    signals::Signals,
};

/// What it says when it is interrupted once more: it ends at once, and records nothing.
const TWICE: &str = "Two interrupts received";

/// Terraform in a folder, with its environment.
#[derive(Debug)]
pub(super) struct Terraform {
    pub(super) program: Program,
    pub(super) folder: PathBuf,
    /// Whether it answers is watched.
    pub(super) aws: Aws,
    /// Variables that it must not see.
    pub(super) without: &'static [&'static str],
    /// Variables of the environment, those of the configuration (`TF_VAR_…`) among them.
    pub(super) environment: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) success: bool,
    /// Whether somebody asked it to stop.
    pub(super) interrupted: bool,
    /// Whether it was ended because AWS did not answer.
    pub(super) unanswered: bool,
    /// Whether it was ended before it could record what it had done.
    pub(super) killed: bool,
    /// What it wrote on stdout and is no message.
    pub(super) text: String,
    /// What it wrote on stderr.
    pub(super) said: String,
    /// Its errors, in order.
    pub(super) errors: Vec<Problem>,
}

/// An error or a warning of Terraform.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub(super) severity: String,
    pub(super) summary: String,
    pub(super) detail: String,
    /// Of the resource it is about.
    pub(super) address: Option<String>,
}

impl Problem {
    /// Everything it says.
    pub(super) fn text(&self) -> String {
        format!("{}\n{}", self.summary, self.detail)
    }
}

/// One line of the output.
enum Message {
    Problem(Problem),
    Event(Event),
    /// Nothing but time has passed.
    Waiting,
    Other,
}

impl Terraform {
    /// Runs it to its end. Whoever interrupts this process waits with it for Terraform, which
    /// ends what it has begun and records it.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub(super) fn run(
        &self,
        arguments: &[&str],
        stdin: Stdio,
        report: &Report,
        happens: &mut dyn FnMut(Event),
    ) -> Result<Ended> {
        let failed =
            |error| Diagnostic::new(format!("cannot run {}: {error}", self.program.path.display()));
        report.detail("Running", format_args!("{} {}", self.program.name, arguments.join(" ")));
        let mut signals = Signals::wait();
        let mut child = self.command(arguments, stdin).spawn().map_err(failed)?;
        let stderr = child.stderr.take();
        let said = thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.map(|mut it| it.read_to_string(&mut text));
            text
        });
        let mut ended = Ended::default();
        let mut impatient = false;
        let stdout = child.stdout.take().into_iter().flat_map(|it| BufReader::new(it).split(b'\n'));
        signals.pass_on_to(child.id());
        let watch = Watch::over(child.id(), &self.aws);
        for line in stdout.map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            impatient |= line.contains(TWICE);
            let message = Message::of(&line);
            if !matches!(message, Some(Message::Waiting)) {
                watch.happened();
            }
            match message {
                Some(Message::Event(event)) => happens(event),
                Some(Message::Problem(problem)) if problem.severity == "error" => {
                    ended.errors.push(problem);
                }
                Some(_) => {}
                None => {
                    ended.text.push_str(&line);
                    ended.text.push('\n');
                }
            }
        }
        let status = child.wait().map_err(failed)?;
        ended.unanswered = watch.gave_up();
        ended.said = said.join().unwrap_or_default();
        ended.success = status.success();
        ended.killed = status.code().is_none() || impatient || ended.said.contains(TWICE);
        ended.interrupted = signals.came();
        Ok(ended)
    }

    fn command(&self, arguments: &[&str], stdin: Stdio) -> Command {
        let mut command = Command::new(&self.program.path);
        command.args(arguments).current_dir(&self.folder);
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What a person sets for their own use of Terraform is not meant for this one.
        for name in ["TF_CLI_ARGS", "TF_LOG", "TF_WORKSPACE", "TF_DATA_DIR"] {
            command.env_remove(name);
        }
        for command_name in ["init", "plan", "apply", "show", "import", "state"] {
            command.env_remove(format!("TF_CLI_ARGS_{command_name}"));
        }
        for name in self.without {
            command.env_remove(name);
        }
        command.env("TF_IN_AUTOMATION", "1").env("TF_INPUT", "0").env("CHECKPOINT_DISABLE", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Message {
    /// None if the line is no message.
    fn of(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let kind = value["type"].as_str().filter(|_| !value["@level"].is_null())?;
        let hook = &value["hook"];
        let event = |progress, verb: &Value| {
            let address = hook["resource"]["addr"].as_str().unwrap_or_default().to_owned();
            let action = match verb.as_str().unwrap_or_default() {
                "create" => Action::Add,
                "update" => Action::Change,
                "delete" => Action::Destroy,
                "replace" => Action::Replace,
                // It is read, or nothing is done to it.
                _ => return Self::Other,
            };
            Self::Event(Event { address, action, progress })
        };
        Some(match kind {
            "diagnostic" => serde_json::from_value(value["diagnostic"].clone())
                .map_or(Self::Other, Self::Problem),
            "apply_start" => event(Progress::Begun, &hook["action"]),
            "apply_complete" => event(Progress::Done, &hook["action"]),
            "apply_progress" => Self::Waiting,
            "apply_errored" => event(Progress::Failed, &hook["action"]),
            _ => Self::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_from_other_lines() {
        let start = r#"{"@level":"info","@message":"aws_sqs_queue.x: Creating...","type":"apply_start","hook":{"resource":{"addr":"aws_sqs_queue.x"},"action":"create"}}"#;
        let Some(Message::Event(event)) = Message::of(start) else { panic!() };
        assert_eq!((event.action, event.progress), (Action::Add, Progress::Begun));
        let error = r#"{"@level":"error","type":"diagnostic","diagnostic":{"severity":"error","summary":"s","detail":"d","address":"a.b"}}"#;
        let Some(Message::Problem(problem)) = Message::of(error) else { panic!() };
        assert_eq!((problem.text().as_str(), problem.address.as_deref()), ("s\nd", Some("a.b")));
        let read = start.replace("create", "read");
        assert!(matches!(Message::of(&read), Some(Message::Other)));
        for line in ["", "text", "{\"format_version\":\"1.2\"}", "null", "[1]"] {
            assert!(Message::of(line).is_none(), "{line}");
        }
    }
}
