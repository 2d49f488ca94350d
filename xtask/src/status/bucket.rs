//! The bucket of failures: the records that mappings gave up on.

use serde::Deserialize;
use serde_json::Value;

use super::{Finding, Probe, Scene, count};
use crate::{
    aws::Refusal,
    graph::{Bucket, Graph},
};

/// How many are counted.
const MOST: usize = 1_000;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Answer {
    contents: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph
        .buckets
        .iter()
        .map(|bucket| Probe::new("failure bucket", &bucket.node, move |scene| look(scene, bucket)))
}

fn look(scene: &Scene<'_>, bucket: &Bucket) -> Result<Finding, Refusal> {
    let (name, most) = (scene.resolve(&bucket.name), MOST.to_string());
    let arguments = ["--bucket", &name, "--max-items", &most];
    // Of an empty bucket some versions of the command line print nothing.
    let answer: Option<Answer> = scene.aws.read("s3api", "list-objects-v2", &arguments)?;
    Ok(objects(&answer.unwrap_or_default()))
}

fn objects(Answer { contents, next_token }: &Answer) -> Finding {
    match contents.len() {
        0 => Finding::new().note("empty"),
        #[allow(clippy::cast_precision_loss, reason = "at most a thousand")]
        number => {
            let more = next_token.as_ref().map_or("", |_| "more than ");
            let objects = count(number as f64, "object");
            Finding::new().failing(format!("{more}{objects} of failed records"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Health, *};

    fn answer(text: &str) -> Answer {
        serde_json::from_str::<Option<Answer>>(text).unwrap().unwrap_or_default()
    }

    #[test]
    fn a_bucket_that_is_not_empty_is_failing() {
        assert_eq!(objects(&answer("null")).health, Health::Healthy);
        assert_eq!(objects(&answer(r#"{"RequestCharged": null}"#)).health, Health::Healthy);
        let one = objects(&answer(r#"{"Contents": [{"Key": "a"}]}"#));
        assert_eq!(one.notes, ["1 object of failed records"]);
        assert_eq!(one.health, Health::Failing);
        let more = objects(&answer(r#"{"Contents": [{}, {}], "NextToken": "x"}"#));
        assert_eq!(more.notes, ["more than 2 objects of failed records"]);
    }
}
