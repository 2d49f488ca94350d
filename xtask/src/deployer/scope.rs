//! What a stage's resources are called, as far as a policy can say it.

use serde_json::{Value, json};

use crate::{
    graph::{Graph, Part, Text},
    stage::{OUR_TAGS, Stage},
};

/// A stage, where it is deployed, and the pattern of its names.
pub(super) struct Scope<'a> {
    pub(super) graph: &'a Graph,
    /// The pattern with an asterisk for what varies, such as `dev-*`; also as services store it
    /// that know only lower case.
    patterns: [String; 2],
    pub(super) partition: &'static str,
    /// Asterisks where the stage does not say.
    pub(super) region: &'a str,
    pub(super) account: &'a str,
}

impl<'a> Scope<'a> {
    pub(super) fn new(graph: &'a Graph, stage: &Stage) -> Self {
        let mut pattern = stage.physical_name("*");
        // Some names have more after what the pattern gives.
        if !pattern.ends_with('*') {
            pattern.push('*');
        }
        let lower = pattern.to_ascii_lowercase().replace('_', "-");
        let region = graph.region.as_deref();
        Self {
            graph,
            patterns: [pattern, lower],
            partition: region.map_or("aws", partition),
            region: region.unwrap_or("*"),
            account: graph.account.as_deref().unwrap_or("*"),
        }
    }

    /// The names that are to be allowed for these: the stage's pattern where they follow it, and
    /// each of the others itself.
    pub(super) fn names<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
        let mut allowed = Vec::new();
        for name in names {
            let pattern = self.patterns.iter().find(|pattern| follows(name, pattern));
            let one = pattern.map_or(name, String::as_str);
            if !allowed.iter().any(|it| it == one) {
                allowed.push(one.to_owned());
            }
        }
        allowed
    }

    /// ARNs of a service in the region, `before` and `after` being what surrounds the names.
    pub(super) fn arns<'n>(
        &self,
        service: &str,
        before: &str,
        names: impl IntoIterator<Item = &'n str>,
        after: &str,
    ) -> Vec<String> {
        let names = self.names(names);
        names.iter().map(|name| self.arn(service, &format!("{before}{name}{after}"))).collect()
    }

    /// The ARN of a resource in the region.
    pub(super) fn arn(&self, service: &str, resource: &str) -> String {
        let Self { partition, region, account, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// The ARN of a resource of IAM, which knows no region.
    pub(super) fn iam(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition, self.account)
    }

    /// The ARN of a bucket, or of what is in it: these bear neither region nor account.
    pub(super) fn s3(&self, resource: &str) -> String {
        format!("arn:{}:s3:::{resource}", self.partition)
    }

    /// A text of the graph, as far as it is known here.
    pub(super) fn text(&self, text: &Text) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Account => self.account.to_owned(),
            Part::Region => self.region.to_owned(),
            Part::Partition => self.partition.to_owned(),
        };
        text.parts().iter().map(part).collect()
    }

    /// That a resource bears the tags of the application and the stage.
    pub(super) fn tagged(&self) -> Option<Value> {
        let [app, stage, _] = OUR_TAGS.map(|tag| format!("aws:ResourceTag/{tag}"));
        Some(json!({ "StringEquals": { app: self.graph.app, stage: self.graph.stage } }))
    }
}

/// All resources, if something needs them.
pub(super) fn everywhere(needed: bool) -> Vec<String> {
    needed.then(|| "*".to_owned()).into_iter().collect()
}

/// Whether a name follows a pattern that says anything.
fn follows(name: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    pattern.contains(|c: char| c.is_ascii_alphanumeric())
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_the_pattern_that_gave_it() {
        assert!(follows("dev-Orders", "dev-*"));
        assert!(follows("Orders-dev", "*-dev*"));
        assert!(follows("Orders-dev-replication", "*-dev*"));
        assert!(!follows("prod-Orders", "dev-*"));
        assert!(!follows("Orders", "*"), "any name follows it");
        assert_eq!(partition("cn-north-1"), "aws-cn");
    }
}
