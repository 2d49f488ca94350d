//! The S3 bucket for what a mapping gives up on.

use super::{Graph, Id, Logical, Node, Part, Text};
use crate::{
    diagnostic::{Diagnostic, Place},
    stage::Stage,
};

/// The most characters of a bucket's name
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>).
const NAME_MAX: usize = 63;

/// The S3 bucket to which Lambda writes the records that a mapping gives up on, whole: a queue or
/// a topic would be told only where they were in the stream.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bucket {
    /// Its name lacks what makes it unique in the world.
    pub(crate) node: Node,
    /// Its name in AWS: all accounts share one space of names.
    pub(crate) name: Text,
    /// Days after which an object is removed.
    pub(crate) retention_days: u32,
}

impl Bucket {
    /// The bucket of an application and stage, which is made for the first mapping, at `at`.
    pub(crate) fn of_failures(
        graph: &mut Graph,
        at: &Place,
        stage: &Stage,
    ) -> Result<Id<Self>, Diagnostic> {
        if let Some(bucket) = graph.buckets.ids().next() {
            return Ok(bucket);
        }
        let base = allowed(&stage.physical_name(&format!("{}-failures", graph.app)));
        let unique = [base.as_str().into(), "-".into(), Part::Account, "-".into(), Part::Region];
        let name = Text::new(unique);
        if name.longest() > NAME_MAX {
            return Err(Diagnostic::new(format!(
                "the bucket for failures, `{base}-ACCOUNT-REGION`, has a name of up to {} \
                 characters, and S3 takes {NAME_MAX}",
                name.longest()
            ))
            .at(at.clone(), "needed for what this gives up on")
            .help(format!(
                "shorten by {} what `{base}` is made of: the stage's naming pattern and name, and \
                 the package's name",
                name.longest() - NAME_MAX
            )));
        }
        let logical = Logical { snake: "failures".into(), camel: "FailureBucket".into() };
        let id = format!("{}::failures", graph.app);
        let node = Node { id, at: at.clone(), logical, name: base, existing: None };
        Ok(graph.buckets.push(Self { node, name, retention_days: stage.failure_retention_days }))
    }

    /// The name of the node that configures a part of it.
    pub(crate) fn part(&self, kind: &str) -> Node {
        let Logical { snake, camel } = &self.node.logical;
        let logical = Logical { snake: snake.clone(), camel: format!("{camel}{kind}") };
        Node { logical, ..self.node.clone() }
    }
}

/// A name in the characters of buckets; it starts with a letter or a digit.
fn allowed(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).chars().map(allowed).collect()
}
