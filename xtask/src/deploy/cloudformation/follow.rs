//! Waiting for the end of an operation on a stack, and telling what happens meanwhile.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    events::{self, Event},
    stack::Stack,
};
use crate::{
    aws::{Cause, Refusal},
    diagnostic::{Diagnostic, Failure, Result},
    signals::Signals,
};

/// How often AWS is asked how far it is.
const PAUSE: Duration = Duration::from_secs(2);

/// How long AWS may be out of reach before the wait for it is given up.
const PATIENCE: Duration = Duration::from_secs(300);

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

impl Stack<'_> {
    /// Waits for the end of the operation that was begun after an event, or without one of the
    /// last, and hands over what happens. It goes on in AWS if this is interrupted.
    pub(super) fn follow(
        &self,
        id: &str,
        since: Option<&str>,
        happens: &mut dyn FnMut(&Event),
    ) -> Result<Ended> {
        let mut known: Vec<Event> = Vec::new();
        // Since when nothing happened, and since when AWS was out of reach.
        let (mut quiet, mut reached) = (Instant::now(), Instant::now());
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
                    reached = Instant::now();
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
                Err(refusal) if is_passing(&refusal) && reached.elapsed() < PATIENCE => {}
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_has_ended_when_it_says_so() {
        let stack = "arn:aws:cloudformation:us-west-2:123456789012:stack/my-stack/d0a825a0-e4cd";
        let event = |status: &str| -> Event {
            serde_json::from_value(json!({
                "StackId": stack, "EventId": status, "StackName": "my-stack",
                "LogicalResourceId": "my-stack", "PhysicalResourceId": stack,
                "ResourceType": "AWS::CloudFormation::Stack", "ResourceStatus": status,
                "Timestamp": "2019-10-02T05:34:29.556Z",
            }))
            .unwrap()
        };
        let now = Instant::now();
        let begun = [event("UPDATE_IN_PROGRESS")];
        assert!(!has_ended("UPDATE_COMPLETE", &[], now), "that is the one before");
        assert!(!has_ended("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", &begun, now));
        assert!(!has_ended("UPDATE_COMPLETE", &begun, now));
        let done = [event("UPDATE_IN_PROGRESS"), event("UPDATE_COMPLETE")];
        assert!(has_ended("UPDATE_COMPLETE", &done, now));
    }
}
