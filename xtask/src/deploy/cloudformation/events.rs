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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str =
        "arn:aws:cloudformation:us-west-2:123456789012:stack/my-stack/d0a825a0-e4cd-xmpl-b9fb";

    /// The form is that of the example in
    /// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/describe-stack-events.html>.
    fn event(id: &str, resource: &str, status: &str, reason: Value) -> Event {
        let is_stack = resource == "my-stack";
        serde_json::from_value(json!({
            "StackId": ID, "EventId": id, "StackName": "my-stack", "LogicalResourceId": resource,
            "PhysicalResourceId": if is_stack { ID } else { "" },
            "ResourceType": if is_stack { STACK } else { "AWS::Lambda::Function" },
            "Timestamp": "2019-10-02T05:34:29.556Z", "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }))
        .unwrap()
    }

    /// Newest first, as AWS lists them.
    fn events() -> Vec<Event> {
        vec![
            event("6", "my-stack", "UPDATE_ROLLBACK_COMPLETE", Value::Null),
            event("5", "my-stack", "UPDATE_ROLLBACK_IN_PROGRESS", "The following …".into()),
            event("4", "function", "UPDATE_FAILED", "Internal Failure".into()),
            event("3", "my-stack", "UPDATE_IN_PROGRESS", "User Initiated".into()),
            event("2", "my-stack", "CREATE_COMPLETE", Value::Null),
            event("1", "my-stack", "CREATE_IN_PROGRESS", "User Initiated".into()),
        ]
    }

    fn ids(events: &[Event]) -> Vec<&str> {
        events.iter().map(|event| event.event_id.as_str()).collect()
    }

    #[test]
    fn the_last_operation_has_its_rollback_in_it() {
        assert_eq!(ids(&last_operation(&events())), ["3", "4", "5", "6"]);
        let mut continued = events();
        let again = "UPDATE_ROLLBACK_IN_PROGRESS";
        continued.insert(0, event("7", "my-stack", again, "User Initiated".into()));
        assert_eq!(ids(&last_operation(&continued)), ["7"]);
    }

    #[test]
    fn what_came_after_is_known_only_if_what_was_seen_is() {
        assert_eq!(ids(&after(&events(), "4").unwrap()), ["5", "6"]);
        assert_eq!(after(&events(), "of another stack"), None);
    }

    #[test]
    fn the_plan_says_what_an_event_is_about() {
        let update = event("1", "function", "UPDATE_IN_PROGRESS", Value::Null);
        assert_eq!(update.action(Some(Action::Replace)), Action::Replace);
        assert_eq!(update.action(None), Action::Change);
        let skipped = event("2", "function", "DELETE_SKIPPED", Value::Null);
        assert_eq!(skipped.action(Some(Action::Leave)), Action::Leave);
        assert_eq!(skipped.step(), Step::Done);
        let undone = event("3", "function", "DELETE_COMPLETE", Value::Null);
        assert_eq!(undone.action(Some(Action::Add)), Action::Destroy);
    }
}
