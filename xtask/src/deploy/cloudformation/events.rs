//! What happened to a stack, as CloudFormation tells it.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html>

use serde::Deserialize;

use crate::deploy::Action;

/// The type of stacks, those within stacks included.
pub(super) const STACK: &str = "AWS::CloudFormation::Stack";

/// One event. AWS lists the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Event {
    pub(super) event_id: String,
    pub(super) stack_id: String,
    pub(super) logical_resource_id: String,
    #[serde(default)]
    pub(super) physical_resource_id: Option<String>,
    pub(super) resource_type: String,
    #[serde(default)]
    pub(super) timestamp: String,
    pub(super) resource_status: String,
    #[serde(default)]
    pub(super) resource_status_reason: Option<String>,
}

impl Event {
    /// Whether it is about the whole stack rather than a resource in it.
    pub(super) fn is_of_stack(&self) -> bool {
        self.resource_type == STACK
            && self.physical_resource_id.as_deref() == Some(self.stack_id.as_str())
    }

    /// Whether an operation begins with it, such as an update; a rollback is part of the
    /// operation that it undoes.
    pub(super) fn is_start(&self) -> bool {
        const STARTS: [&str; 5] = [
            "CREATE_IN_PROGRESS",
            "UPDATE_IN_PROGRESS",
            "DELETE_IN_PROGRESS",
            "REVIEW_IN_PROGRESS",
            "IMPORT_IN_PROGRESS",
        ];
        let continued = self.resource_status == "UPDATE_ROLLBACK_IN_PROGRESS"
            && self.resource_status_reason.as_deref() == Some("User Initiated");
        self.is_of_stack() && (continued || STARTS.contains(&self.resource_status.as_str()))
    }

    pub(super) fn is_failure(&self) -> bool {
        self.resource_status.ends_with("_FAILED")
    }

    /// What the event says of a resource.
    pub(super) fn step(&self) -> Step {
        match self.resource_status.as_str() {
            status if status.ends_with("_FAILED") => Step::Failed,
            status if status.ends_with("_COMPLETE") || status == "DELETE_SKIPPED" => Step::Done,
            _ => Step::Begun,
        }
    }

    /// What is being done to a resource of which the plan says what is to be.
    pub(super) fn action(&self, planned: Option<Action>) -> Action {
        let status = &self.resource_status;
        match (status.split('_').next(), planned) {
            (Some("DELETE"), Some(Action::Leave)) => Action::Leave,
            (Some("DELETE"), _) => Action::Destroy,
            (_, Some(planned)) => planned,
            (Some("CREATE"), None) => Action::Add,
            (_, None) => Action::Change,
        }
    }
}

/// How far a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Begun,
    Done,
    Failed,
}

/// The events of the last operation, oldest first, of all of a stack's, newest first.
pub(super) fn last_operation(events: &[Event]) -> Vec<Event> {
    let end = events.iter().position(Event::is_start).map_or(events.len(), |start| start + 1);
    events[..end].iter().rev().cloned().collect()
}

/// The events that came after one that was seen, oldest first; none if it is not among them, so
/// that more have to be asked for.
pub(super) fn after(events: &[Event], seen: &str) -> Option<Vec<Event>> {
    let end = events.iter().position(|event| event.event_id == seen)?;
    Some(events[..end].iter().rev().cloned().collect())
}
