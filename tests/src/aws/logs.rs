use anyhow::Context;
use serde_json::{Value, json};

use super::Aws;

/// One finished invocation of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// What the function wrote.
    pub lines: Vec<String>,
}

impl Aws {
    /// The finished invocations of a function, oldest first, read off its log group.
    ///
    /// # Errors
    ///
    /// There is no such function, or no log group.
    pub fn invocations(&self, function: &str) -> anyhow::Result<Vec<Invocation>> {
        let configuration = self.function(function)?;
        let group = configuration["LoggingConfig"]["LogGroup"].as_str().map(str::to_owned);
        let group = group.unwrap_or_else(|| format!("/aws/lambda/{function}"));
        let mut lines = Vec::new();
        let mut next = Value::Null;
        loop {
            let body = match &next {
                Value::Null => json!({ "logGroupName": group }),
                token => json!({ "logGroupName": group, "nextToken": token }),
            };
            let answer = self.json("logs", "Logs_20140328.FilterLogEvents", &body)?;
            let events = answer["events"].as_array().context("no events")?;
            lines.extend(events.iter().filter_map(|it| it["message"].as_str()).map(str::to_owned));
            if answer["nextToken"].is_null() || answer["nextToken"] == next {
                return Ok(invocations(lines));
            }
            next = answer["nextToken"].clone();
        }
    }

    /// The names of all log groups.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn log_groups(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.json("logs", "Logs_20140328.DescribeLogGroups", &json!({}))?;
        let groups = answer["logGroups"].as_array().context("no logGroups")?;
        Ok(groups.iter().filter_map(|it| it["logGroupName"].as_str()).map(str::to_owned).collect())
    }
}

fn invocations(lines: Vec<String>) -> Vec<Invocation> {
    let mut finished = Vec::new();
    let mut current = Vec::new();
    for line in lines {
        if line.starts_with("END RequestId") {
            finished.push(Invocation { lines: std::mem::take(&mut current) });
        } else if !line.starts_with("START RequestId") && !line.starts_with("REPORT RequestId") {
            current.extend(line.lines().map(str::to_owned));
        }
    }
    finished
}
