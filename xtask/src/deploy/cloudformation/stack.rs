//! One stack in AWS: what it is, and what happens to it.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::Value;

use super::{
    events::{self, Event},
    template::Template,
};
use crate::{
    aws::{Aws, Cause, Refusal},
    deploy::{Outputs, signals::Signals},
    diagnostic::{Diagnostic, Failure, Result},
};

/// How often AWS is asked how far it is.
const PAUSE: Duration = Duration::from_secs(2);

/// How long AWS may be out of reach before the wait for it is given up.
const PATIENCE: Duration = Duration::from_secs(300);

/// How many of the newest events are asked for at first.
const EVENTS: &str = "100";

/// A stack, by its name.
#[derive(Debug, Clone)]
pub(super) struct Stack<'a> {
    pub(super) aws: &'a Aws,
    pub(super) name: String,
}

/// What `describe-stacks` says of a stack.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    pub(super) stack_id: String,
    pub(super) stack_status: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) outputs: Vec<Output>,
    #[serde(default)]
    pub(super) parameters: Vec<Parameter>,
    #[serde(default)]
    pub(super) enable_termination_protection: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    output_key: String,
    #[serde(default)]
    output_value: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Parameter {
    pub(super) parameter_key: String,
    #[serde(default)]
    pub(super) parameter_value: String,
}

/// A resource of a stack, as `list-stack-resources` says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Member {
    pub(super) logical_resource_id: String,
    #[serde(default)]
    pub(super) physical_resource_id: String,
    pub(super) resource_type: String,
    pub(super) resource_status: String,
}

/// What can be done with a stack.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// There is none, or one that was never begun.
    Absent,
    Ready,
    /// An operation is under way.
    Busy,
    /// Its creation failed: it has to be deleted before there can be another.
    Stillborn,
    /// An update failed, and undoing it too.
    Stuck,
    /// An update failed, and was not undone.
    Torn,
    /// Its deletion failed.
    HalfDeleted,
    Unknown,
}

impl Described {
    pub(super) fn state(&self) -> State {
        match self.stack_status.as_str() {
            // A change set that was never executed leaves an empty stack.
            "REVIEW_IN_PROGRESS" | "DELETE_COMPLETE" => State::Absent,
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE" => State::Ready,
            "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" => State::Stillborn,
            "UPDATE_ROLLBACK_FAILED" => State::Stuck,
            "UPDATE_FAILED" => State::Torn,
            "DELETE_FAILED" => State::HalfDeleted,
            busy if busy.ends_with("_IN_PROGRESS") => State::Busy,
            _ => State::Unknown,
        }
    }

    pub(super) fn outputs(&self) -> Outputs {
        let outputs = self.outputs.iter();
        outputs.map(|o| (o.output_key.clone(), o.output_value.clone().into())).collect()
    }

    pub(super) fn parameter(&self, key: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|parameter| parameter.parameter_key == key);
        found.map(|parameter| parameter.parameter_value.as_str())
    }
}

/// How an operation ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: String,
    /// All of the operation, oldest first.
    pub(super) events: Vec<Event>,
}

impl Ended {
    /// Whether what was asked for is so.
    pub(super) fn is_success(&self) -> bool {
        const SUCCESS: [&str; 4] =
            ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "DELETE_COMPLETE"];
        SUCCESS.contains(&self.status.as_str())
    }
}

impl<'a> Stack<'a> {
    pub(super) fn new(aws: &'a Aws, name: impl Into<String>) -> Self {
        Self { aws, name: name.into() }
    }

    /// Calls an operation of CloudFormation on the stack.
    pub(super) fn call(&self, operation: &str, arguments: &[&str]) -> Result<Value, Refusal> {
        let mut all = vec!["--stack-name", &self.name];
        all.extend(arguments);
        self.aws.call("cloudformation", operation, &all)
    }

    /// What there is of it.
    pub(super) fn describe(&self) -> Result<Option<Described>, Refusal> {
        self.described(&self.name)
    }

    /// By name, or by the id that it has after its deletion too.
    fn described(&self, stack: &str) -> Result<Option<Described>, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            stacks: Vec<Described>,
        }
        let answer: Result<Answer, _> =
            self.aws.read("cloudformation", "describe-stacks", &["--stack-name", stack]);
        match answer {
            Ok(answer) => Ok(answer.stacks.into_iter().next()),
            Err(refusal) if refusal.is_not_found() => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// The template that it was last deployed with.
    pub(super) fn template(&self) -> Result<Template, Refusal> {
        let answer = self.call("get-template", &["--template-stage", "Original"])?;
        Ok(Template::deployed(&answer))
    }

    /// What is in it, but for what was deleted.
    pub(super) fn members(&self) -> Result<Vec<Member>, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            stack_resource_summaries: Vec<Member>,
        }
        let arguments = ["--stack-name", &self.name];
        let answer: Answer = self.aws.read("cloudformation", "list-stack-resources", &arguments)?;
        let mut members = answer.stack_resource_summaries;
        members.retain(|member| {
            !matches!(member.resource_status.as_str(), "DELETE_COMPLETE" | "DELETE_SKIPPED")
        });
        Ok(members)
    }

    /// Its newest events, or all there are, newest first.
    fn events(&self, stack: &str, all: bool) -> Result<Vec<Event>, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            stack_events: Vec<Event>,
        }
        let mut arguments = vec!["--stack-name", stack];
        if !all {
            arguments.extend(["--max-items", EVENTS]);
        }
        let answer: Answer =
            self.aws.read("cloudformation", "describe-stack-events", &arguments)?;
        Ok(answer.stack_events)
    }

    /// The newest event, from which an operation that is begun now can be followed.
    pub(super) fn newest_event(&self) -> Result<Option<String>, Refusal> {
        match self.events(&self.name, false) {
            Ok(events) => Ok(events.into_iter().next().map(|event| event.event_id)),
            Err(refusal) if refusal.is_not_found() => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// The last operation, which has ended.
    pub(super) fn last_operation(&self, id: &str) -> Result<Vec<Event>, Refusal> {
        Ok(events::last_operation(&self.events(id, true)?))
    }

    /// Waits for the end of the operation that was begun after an event, or without one of the
    /// last, and hands over what happens. It goes on in AWS if this is interrupted.
    pub(super) fn follow(
        &self,
        id: &str,
        since: Option<&str>,
        happens: &mut dyn FnMut(&Event),
    ) -> Result<Ended> {
        let mut known: Vec<Event> = Vec::new();
        let mut quiet = Instant::now();
        let signals = Signals::wait();
        loop {
            // Asked in this order, so that whatever led to the status is among the events.
            let asked = self.described(id).and_then(|described| {
                let last = known.last().map(|event| event.event_id.as_str()).or(since);
                Ok((described, self.new_events(id, last)?))
            });
            match asked {
                // The command line that was asking may have been interrupted too.
                _ if signals.came() => return Err(self.interrupted()),
                Ok((described, new)) => {
                    if !new.is_empty() {
                        quiet = Instant::now();
                    }
                    new.iter().for_each(&mut *happens);
                    known.extend(new);
                    let status = described.map(|it| it.stack_status);
                    let status = status.unwrap_or_else(|| "DELETE_COMPLETE".into());
                    if has_ended(&status, &known, quiet) {
                        return Ok(Ended { status, events: known });
                    }
                }
                // The operation does not depend on this machine's network.
                Err(refusal) if is_passing(&refusal) && quiet.elapsed() < PATIENCE => {}
                Err(refusal) => return Err(self.still_under_way(&refusal)),
            }
            thread::sleep(PAUSE);
        }
    }

    fn new_events(&self, id: &str, last: Option<&str>) -> Result<Vec<Event>, Refusal> {
        let newest = self.events(id, false)?;
        let Some(last) = last else {
            return Ok(match newest.iter().any(Event::is_start) {
                true => events::last_operation(&newest),
                false => self.last_operation(id)?,
            });
        };
        match events::after(&newest, last) {
            Some(new) => Ok(new),
            // More has happened than one answer holds; or the stack is another of that name.
            None => {
                let all = self.events(id, true)?;
                Ok(events::after(&all, last).unwrap_or_else(|| events::last_operation(&all)))
            }
        }
    }

    fn interrupted(&self) -> Failure {
        Diagnostic::new("this was interrupted")
            .help(format!(
                "the operation on stack {} goes on in AWS: run this again to follow it to its end",
                self.name
            ))
            .into()
    }

    fn still_under_way(&self, refusal: &Refusal) -> Failure {
        let mistake = refusal.diagnostic();
        let help = mistake.help.clone().map(|help| help + "; ").unwrap_or_default();
        mistake
            .help(format!(
                "{help}the operation on stack {} goes on in AWS: run this again to follow it",
                self.name
            ))
            .into()
    }

    /// Refuses a stack of that name that is of something else.
    pub(super) fn check(&self, described: &Described, description: &str) -> Result<()> {
        match described.description.as_deref() {
            Some(other) if !other.is_empty() && other != description => Err(Diagnostic::new(
                format!("there is a stack {} of something else: {other}", self.name),
            )
            .help("give the application or the stage another name, or delete that stack")
            .into()),
            _ => Ok(()),
        }
    }
}

/// The status alone may still be that before the operation.
fn has_ended(status: &str, known: &[Event], quiet: Instant) -> bool {
    const A_WHILE: Duration = Duration::from_secs(60);
    let busy = status.ends_with("_IN_PROGRESS");
    let said = known.iter().any(|event| event.is_of_stack() && event.resource_status == status);
    !busy && (said || quiet.elapsed() > A_WHILE)
}

fn is_passing(refusal: &Refusal) -> bool {
    matches!(refusal.cause, Cause::Throttled | Cause::Unreachable)
}
