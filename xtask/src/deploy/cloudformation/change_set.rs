//! A change set: what AWS would do, and does once it is executed.

use std::{
    process, thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use super::{changes::Answer, stack::Stack, template::Template};
use crate::{
    deploy::Change,
    diagnostic::{Diagnostic, Failure, Result},
};

const PAUSE: Duration = Duration::from_secs(1);

/// A change set that AWS has computed. It is deleted when this is dropped, unless it was executed.
#[derive(Debug)]
pub(super) struct ChangeSet<'a> {
    stack: Stack<'a>,
    id: String,
    pub(super) stack_id: String,
    answer: Answer,
    executed: bool,
}

impl<'a> ChangeSet<'a> {
    /// Has AWS compute what the template at a URL would change, with these parameters.
    pub(super) fn create(
        stack: &Stack<'a>,
        url: &str,
        parameters: &str,
        exists: bool,
        adopt: bool,
        template: &Template,
    ) -> Result<Self> {
        // Whoever else deploys at the same time has a name of their own.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let name = format!("esteira-{now}-{}", process::id());
        let kind = if exists { "UPDATE" } else { "CREATE" };
        let mut arguments = vec![
            "--change-set-name",
            &name,
            "--change-set-type",
            kind,
            "--template-url",
            url,
            "--parameters",
            parameters,
            "--capabilities",
            "CAPABILITY_NAMED_IAM",
        ];
        arguments.extend(adopt.then_some("--import-existing-resources"));
        let made = stack.call("create-change-set", &arguments)?;
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        let mut set = Self {
            stack: stack.clone(),
            id: text("Id"),
            stack_id: text("StackId"),
            answer: Answer::default(),
            executed: false,
        };
        loop {
            let arguments = ["--change-set-name", &set.id];
            set.answer = stack.aws.read("cloudformation", "describe-change-set", &arguments)?;
            match set.answer.status.as_str() {
                "CREATE_PENDING" | "CREATE_IN_PROGRESS" => thread::sleep(PAUSE),
                "CREATE_COMPLETE" => return Ok(set),
                _ if set.answer.is_empty() => return Ok(set),
                _ => return Err(set.refused(template)),
            }
        }
    }

    /// Whether AWS found nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.answer.is_empty()
    }

    /// What it would do.
    pub(super) fn changes(&self, new: &Template, old: &Template) -> Vec<Change> {
        self.answer.changes(new, old)
    }

    /// What it would take over, by the logical id and the name.
    pub(super) fn imports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answer.imports()
    }

    /// Has AWS do it.
    pub(super) fn execute(mut self) -> Result<()> {
        let arguments = ["--change-set-name", &self.id];
        self.stack.aws.call("cloudformation", "execute-change-set", &arguments)?;
        self.executed = true;
        Ok(())
    }

    /// Why AWS would not do it: resource by resource if it says so, as it does where it checked
    /// their properties before anything is done.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
    fn refused(&self, template: &Template) -> Failure {
        let arguments = ["--change-set-name", &self.id];
        // Older command lines do not know the operation.
        let events = self.stack.aws.call("cloudformation", "describe-events", &arguments);
        let mistakes = validations(&events.unwrap_or_default(), template);
        if !mistakes.is_empty() {
            return Failure(mistakes);
        }
        let reason = self.answer.status_reason.as_deref().unwrap_or("it gives no reason");
        Diagnostic::new(format!("CloudFormation refuses the template: {reason}"))
            .help("nothing was changed")
            .into()
    }
}

impl Drop for ChangeSet<'_> {
    fn drop(&mut self) {
        if !self.executed {
            // It does nothing by being there, and goes with the next that is executed.
            let arguments = ["--change-set-name", &self.id];
            let _ = self.stack.aws.call("cloudformation", "delete-change-set", &arguments);
        }
    }
}

fn validations(answer: &Value, template: &Template) -> Vec<Diagnostic> {
    let events = answer["OperationEvents"].as_array().into_iter().flatten();
    let failed = events.filter(|event| event["ValidationStatus"] == "FAILED");
    failed
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap_or_default();
            let id = text("LogicalResourceId");
            let (kind, reason) = (text("ResourceType"), text("ValidationStatusReason"));
            let mistake = Diagnostic::new(format!("`{id}` ({kind}) would be refused: {reason}"));
            let mistake = match template.source(id) {
                Some(at) => mistake.at(at, "declared here"),
                None => mistake,
            };
            mistake.help("set it right and deploy again; nothing was changed")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The form is that of
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html>.
    #[test]
    fn what_aws_refuses_beforehand_is_named_with_its_line() {
        let template = Template::new(json!({ "Resources": { "FailuresBucket": {
            "Metadata": { "Esteira": { "Source": "src/lib.rs:3" } } } } }));
        let answer = json!({ "OperationEvents": [
            { "EventType": "STACK_EVENT", "OperationStatus": "IN_PROGRESS" },
            { "EventType": "VALIDATION_ERROR", "LogicalResourceId": "FailuresBucket",
              "ResourceType": "AWS::S3::Bucket", "ValidationFailureMode": "FAIL",
              "ValidationName": "NAME_CONFLICT_VALIDATION", "ValidationStatus": "FAILED",
              "ValidationStatusReason": "Resource of type 'AWS::S3::Bucket' with identifier \
               'dev-failures' already exists.", "ValidationPath": "/Resources/FailuresBucket" },
        ] });
        let mistakes = validations(&answer, &template);
        assert_eq!(mistakes.len(), 1);
        assert_eq!(mistakes[0].places[0].0.to_string(), "src/lib.rs:3");
        assert!(mistakes[0].message.ends_with("already exists."), "{}", mistakes[0].message);
    }
}
