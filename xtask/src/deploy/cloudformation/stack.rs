//! One stack in AWS: what it is, and what happens to it.

use serde::Deserialize;
use serde_json::Value;

use super::{
    events::{self, Event},
    parameters::Values,
    template::Template,
};
use crate::{
    aws::{Aws, Refusal},
    deploy::Outputs,
    diagnostic::{Diagnostic, Result},
};

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

    /// The parameters it was deployed with.
    pub(super) fn values(&self) -> Values {
        let all = self.parameters.iter();
        all.map(|it| (it.parameter_key.clone(), it.parameter_value.clone())).collect()
    }

    pub(super) fn parameter(&self, key: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|parameter| parameter.parameter_key == key);
        found.map(|parameter| parameter.parameter_value.as_str())
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
    pub(super) fn described(&self, stack: &str) -> Result<Option<Described>, Refusal> {
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
    pub(super) fn events(&self, stack: &str, all: bool) -> Result<Vec<Event>, Refusal> {
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

    /// What it says it is; none if nothing was made in it yet, and so there is no template either.
    pub(super) fn said(&self, described: &Described) -> Result<Option<String>, Refusal> {
        match described.description.as_deref() {
            Some(said) if !said.is_empty() => Ok(Some(said.to_owned())),
            _ if described.stack_status == "REVIEW_IN_PROGRESS" => Ok(None),
            _ => Ok(Some(self.template()?.description().to_owned())),
        }
    }

    /// Refuses a stack of that name that is of something else.
    pub(super) fn check(&self, described: &Described, description: &str) -> Result<()> {
        let Some(said) = self.said(described)? else { return Ok(()) };
        if said == description {
            return Ok(());
        }
        let said = if said.is_empty() { "it has no description" } else { &said };
        Err(Diagnostic::new(format!("there is a stack {} of something else: {said}", self.name))
            .help("give the application or the stage another name, or delete that stack")
            .into())
    }
}
