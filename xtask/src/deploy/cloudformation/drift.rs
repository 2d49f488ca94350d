//! What somebody else changed since the last deploy, as far as CloudFormation can tell.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use std::{
    thread,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::Value;

use super::{stack::Stack, template::Template};
use crate::{aws::Refusal, deploy::Drift};

const PAUSE: Duration = Duration::from_secs(2);

/// A plan does not wait longer for it.
const PATIENCE: Duration = Duration::from_secs(90);

/// A detection that is under way.
pub(super) struct Detection(String);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    stack_resource_drifts: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    logical_resource_id: String,
    #[serde(default)]
    physical_resource_id: Option<String>,
    resource_type: String,
    stack_resource_drift_status: String,
    #[serde(default)]
    property_differences: Vec<Difference>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Difference {
    property_path: String,
}

/// Begins to look; meanwhile something else can be asked for.
pub(super) fn detect(stack: &Stack<'_>) -> Result<Detection, Refusal> {
    let answer = stack.call("detect-stack-drift", &[])?;
    Ok(Detection(answer["StackDriftDetectionId"].as_str().unwrap_or_default().to_owned()))
}

impl Detection {
    /// What was found; none if it takes too long.
    pub(super) fn found(
        self,
        stack: &Stack<'_>,
        template: &Template,
    ) -> Result<Option<Vec<Drift>>, Refusal> {
        let begun = Instant::now();
        let arguments = ["--stack-drift-detection-id", &self.0];
        loop {
            let operation = "describe-stack-drift-detection-status";
            let status = stack.aws.call("cloudformation", operation, &arguments)?;
            match status["DetectionStatus"].as_str() {
                // What failed for one resource still holds of the others.
                Some("DETECTION_COMPLETE" | "DETECTION_FAILED") => break,
                _ if begun.elapsed() > PATIENCE => return Ok(None),
                _ => thread::sleep(PAUSE),
            }
        }
        let filters = ["--stack-resource-drift-status-filters", "MODIFIED", "DELETED"];
        let answer = stack.call("describe-stack-resource-drifts", &filters)?;
        Ok(Some(drifts(answer, template)))
    }
}

fn drifts(answer: Value, template: &Template) -> Vec<Drift> {
    let Ok(answer) = serde_json::from_value::<Answer>(answer) else { return Vec::new() };
    let drifted = answer
        .stack_resource_drifts
        .into_iter()
        .filter(|it| matches!(it.stack_resource_drift_status.as_str(), "MODIFIED" | "DELETED"));
    drifted
        .map(|entry| {
            let id = &entry.logical_resource_id;
            let paths = entry.property_differences.iter().map(|it| &it.property_path);
            Drift {
                address: id.clone(),
                kind: entry.resource_type,
                name: template.name(id).or(entry.physical_resource_id),
                attributes: paths.map(|path| path.trim_start_matches('/').to_owned()).collect(),
                at: template.source(id),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The answer is the example of
    /// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/describe-stack-resource-drifts.html>.
    #[test]
    fn a_function_that_somebody_changed_has_drifted() {
        let answer = json!({ "StackResourceDrifts": [{
            "StackId": "arn:aws:cloudformation:us-west-2:123456789012:stack/my-stack/d0a825a0-e4cd-xmpl-b9fb-061c69e99204",
            "LogicalResourceId": "function",
            "PhysicalResourceId": "my-function-SEZV4XMPL4S5",
            "ResourceType": "AWS::Lambda::Function",
            "ExpectedProperties": "{\"Description\":\"Write a file to S3.\",\"MemorySize\":128}",
            "ActualProperties": "{\"Description\":\"Write a file to S3.\",\"MemorySize\":256}",
            "PropertyDifferences": [
                { "PropertyPath": "/MemorySize", "ExpectedValue": "128", "ActualValue": "256",
                  "DifferenceType": "NOT_EQUAL" },
                { "PropertyPath": "/Timeout", "ExpectedValue": "900", "ActualValue": "22",
                  "DifferenceType": "NOT_EQUAL" },
            ],
            "StackResourceDriftStatus": "MODIFIED",
            "Timestamp": "2019-10-02T05:54:44.064Z",
        }] });
        let drifts = drifts(answer, &Template::default());
        assert_eq!(drifts[0].attributes, ["MemorySize", "Timeout"]);
        assert_eq!(drifts[0].name.as_deref(), Some("my-function-SEZV4XMPL4S5"));
    }
}
