//! Why an operation failed: the first failures, not the cascade that follows from them.

use super::{events::Event, follow::Ended, template::Template};
use crate::{aws::Denial, diagnostic::Diagnostic};

/// What CloudFormation says of resources that failed only because something else did.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html>
const CASCADE: [&str; 5] = [
    "Resource creation cancelled",
    "Resource update cancelled",
    "Resource deletion cancelled",
    "The following resource(s) failed to",
    "Rollback requested by user",
];

/// Why an operation failed, and how it left the stack.
pub(super) fn of(ended: &Ended, template: &Template) -> Vec<Diagnostic> {
    let after = match ended.status.as_str() {
        "ROLLBACK_COMPLETE" => "what had been created is removed again",
        "UPDATE_ROLLBACK_COMPLETE" => "the stack is again what it was before",
        "UPDATE_ROLLBACK_FAILED" => {
            "the stack could not be brought back to what it was, which the next deploy tries again; \
             what can never be brought back is skipped by `aws cloudformation \
             continue-update-rollback --resources-to-skip`"
        }
        "DELETE_FAILED" => "the rest is deleted by running this again",
        _ => "the next deploy clears away what is left",
    };
    let causes = first(&ended.events);
    if causes.is_empty() {
        let reason = of_stack(&ended.events);
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!("the operation ended as {}{reason}", ended.status);
        return vec![Diagnostic::new(message).help(after)];
    }
    causes.into_iter().map(|event| diagnostic(event, template, after)).collect()
}

/// The failures that the others of an operation follow from, of its events, oldest first.
pub(super) fn first(events: &[Event]) -> Vec<&Event> {
    let mut found: Vec<&Event> = Vec::new();
    for event in events {
        let reason = event.resource_status_reason.as_deref().unwrap_or_default();
        let is_known = |known: &&Event| {
            known.logical_resource_id == event.logical_resource_id
                || known.resource_status_reason == event.resource_status_reason
        };
        if event.is_failure()
            && !event.is_of_stack()
            && !is_cascade(reason)
            && !found.iter().any(is_known)
        {
            found.push(event);
        }
    }
    found
}

/// Why an operation failed of which no resource did: an output that cannot be computed, say.
pub(super) fn of_stack(events: &[Event]) -> Option<&str> {
    let reasons = events.iter().filter(|event| event.is_of_stack());
    let mut reasons = reasons.filter_map(|event| event.resource_status_reason.as_deref());
    let begun = ["", "User Initiated", "Transformation succeeded"];
    reasons.find(|reason| !begun.contains(reason) && !is_cascade(reason))
}

fn is_cascade(reason: &str) -> bool {
    CASCADE.iter().any(|text| reason.starts_with(text))
}

/// What is wrong, where it is declared and what to do. `after` says how the stack was left.
pub(super) fn diagnostic(event: &Event, template: &Template, after: &str) -> Diagnostic {
    let id = &event.logical_resource_id;
    let reason = event.resource_status_reason.as_deref().unwrap_or("AWS gives no reason");
    let done = match event.resource_status.as_str() {
        "CREATE_FAILED" => "created",
        "DELETE_FAILED" => "deleted",
        _ => "changed",
    };
    let mistake = Diagnostic::new(format!(
        "`{id}` ({}) could not be {done}: {}",
        event.resource_type,
        said(reason)
    ));
    let mistake = match template.source(id) {
        Some(at) => mistake.at(at, "declared here"),
        None => mistake,
    };
    mistake.help(format!("{}; {after}", advice(reason)))
}

/// What the service said, without the wrapping and the ids of requests.
fn said(reason: &str) -> &str {
    let inner = reason
        .split_once("Resource handler returned message: \"")
        .and_then(|(_, rest)| Some(rest.rsplit_once("\" (RequestToken")?.0));
    let text = inner.unwrap_or(reason);
    let end = text.find(" (Service: ").unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ' '])
}

/// What to do about a failure.
fn advice(reason: &str) -> String {
    let has = |texts: &[&str]| texts.iter().any(|text| reason.contains(text));
    if let Some(denial) = Denial::find(reason) {
        return denial.help();
    }
    // The types that CloudFormation handles in the newer way say what went wrong in one word.
    // https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
    if has(&["HandlerErrorCode: AccessDenied", "AccessDenied", "UnauthorizedOperation"]) {
        "allow it to whoever deploys".into()
    } else if has(&["HandlerErrorCode: AlreadyExists", "already exists", "AlreadyExists"]) {
        "something of this name is there and is not the stack's: remove it, take it over with \
         `--adopt` if this stage once left it behind, or give the stage other names (`names` in \
         esteira.toml)"
            .into()
    } else if has(&["ServiceLimitExceeded", "LimitExceeded", "limit has been reached", "quota"]) {
        "remove what is not needed, or have AWS raise the quota: \
         https://console.aws.amazon.com/servicequotas"
            .into()
    } else if has(&["dms-vpc-role is not configured", "dms-vpc-role"]) {
        "what is known of a new role reaches all of AWS only after a while: deploy again".into()
    } else if has(&["Throttling", "Rate exceeded", "ServiceInternalError", "NetworkFailure"]) {
        "this passes: deploy again".into()
    } else if has(&["not empty", "BucketNotEmpty"]) {
        "empty it first".into()
    } else {
        "set it right and deploy again".into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As `describe-stack-events` says it, oldest first.
    fn event(id: &str, status: &str, reason: &str) -> Event {
        serde_json::from_value(json!({
            "StackId": "arn:aws:cloudformation:us-west-2:123456789012:stack/my-stack/d0a825a0-e4cd-xmpl-b9fb-061c69e99204",
            "EventId": format!("{id}-{status}-2019-10-02T05:34:29.556Z"),
            "StackName": "my-stack",
            "LogicalResourceId": id,
            "PhysicalResourceId": "",
            "ResourceType": "AWS::DynamoDB::Table",
            "Timestamp": "2019-10-02T05:34:29.556Z",
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
        }))
        .unwrap()
    }

    const DENIED: &str = "Resource handler returned message: \"User: \
        arn:aws:iam::123456789012:user/ana is not authorized to perform: dynamodb:CreateTable on \
        resource: arn:aws:dynamodb:us-west-2:123456789012:table/dev-Inventario because no \
        identity-based policy allows the dynamodb:CreateTable action (Service: DynamoDb, Status \
        Code: 400, Request ID: 8e1)\" (RequestToken: 5d2, HandlerErrorCode: AccessDenied)";

    #[test]
    fn the_cascade_is_no_cause() {
        let events = [
            event("A", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
            event("Inventario", "CREATE_FAILED", DENIED),
            event("A", "CREATE_FAILED", "Resource creation cancelled"),
            event("B", "UPDATE_FAILED", "Resource update cancelled"),
            event("Inventario", "DELETE_FAILED", "a later failure of the same resource"),
            event("C", "CREATE_FAILED", DENIED),
        ];
        let causes = first(&events);
        let [cause] = causes.as_slice() else { panic!("{causes:?}") };
        assert_eq!(cause.logical_resource_id, "Inventario");
    }

    #[test]
    fn what_no_resource_failed_at_is_the_stack_s_own_reason() {
        let stack = |status: &str, reason: &str| {
            let event = event("my-stack", status, reason);
            let (kind, id) = ("AWS::CloudFormation::Stack".into(), Some(event.stack_id.clone()));
            Event { resource_type: kind, physical_resource_id: id, ..event }
        };
        let reason = "Requested attribute Arn does not exist in schema for AWS::RDS::DBCluster";
        let events = [
            stack("UPDATE_IN_PROGRESS", "User Initiated"),
            event("Inventario", "UPDATE_COMPLETE", "no reason of the stack"),
            stack("UPDATE_ROLLBACK_IN_PROGRESS", reason),
            stack("UPDATE_ROLLBACK_COMPLETE", ""),
        ];
        assert_eq!(of_stack(&events), Some(reason));
        assert_eq!(of_stack(&events[..2]), None);
    }

    #[test]
    fn a_denial_names_what_to_allow_and_where_the_resource_is_declared() {
        let template = Template::new(json!({ "Resources": { "Inventario": {
            "Metadata": { "Esteira": { "Source": "src/infra.rs:9" } } } } }));
        let event = event("Inventario", "CREATE_FAILED", DENIED);
        let text = diagnostic(&event, &template, "the stack is as it was").to_string();
        assert_eq!(
            text,
            "error: `Inventario` (AWS::DynamoDB::Table) could not be created: User: \
             arn:aws:iam::123456789012:user/ana is not authorized to perform: \
             dynamodb:CreateTable on resource: \
             arn:aws:dynamodb:us-west-2:123456789012:table/dev-Inventario because no \
             identity-based policy allows the dynamodb:CreateTable action\n  --> src/infra.rs:9: \
             declared here\n  = help: allow `dynamodb:CreateTable` on \
             `arn:aws:dynamodb:us-west-2:123456789012:table/dev-Inventario` to \
             arn:aws:iam::123456789012:user/ana; the stack is as it was"
        );
    }

    #[test]
    fn every_kind_of_failure_has_its_advice() {
        let cases = [
            (
                "dev-Avisos already exists in stack arn:aws:cloudformation:x",
                "of this name is there",
            ),
            (
                "Resource handler returned message: \"Resource of type 'AWS::Logs::LogGroup' with \
                 identifier '{}' already exists.\" (RequestToken: 1, HandlerErrorCode: AlreadyExists)",
                "of this name is there",
            ),
            (
                "Resource handler returned message: \"The maximum number of VPCs has been \
                 reached.\" (RequestToken: 1, HandlerErrorCode: ServiceLimitExceeded)",
                "raise the quota",
            ),
            (
                "The IAM Role arn:aws:iam::123456789012:role/dms-vpc-role is not configured properly.",
                "deploy again",
            ),
            ("The bucket you tried to delete is not empty", "empty it first"),
            ("Internal Failure", "set it right"),
        ];
        for (reason, expected) in cases {
            let advice = advice(reason);
            assert!(advice.contains(expected), "{reason}: {advice}");
        }
    }
}
