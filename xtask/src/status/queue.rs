//! Failure queues: what lies in one has failed for good.

use serde::Deserialize;

use super::{Finding, Probe, Scene, count};
use crate::{aws::Refusal, graph::Graph};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Url {
    queue_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_number_of_messages: String,
    /// Received by somebody who has not deleted it yet.
    approximate_number_of_messages_not_visible: Option<String>,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph.queues.iter().map(|queue| {
        let name = &queue.node.name;
        Probe::new("failure queue", &queue.node, move |scene| look(scene, name))
    })
}

fn look(scene: &Scene<'_>, name: &str) -> Result<Finding, Refusal> {
    let Url { queue_url } = scene.aws.read("sqs", "get-queue-url", &["--queue-name", name])?;
    let arguments = [
        "--queue-url",
        &queue_url,
        "--attribute-names",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
    ];
    let Answer { attributes } = scene.aws.read("sqs", "get-queue-attributes", &arguments)?;
    let number = |text: &str| text.parse().unwrap_or(0.0);
    let waiting = number(&attributes.approximate_number_of_messages);
    let received = attributes.approximate_number_of_messages_not_visible;
    Ok(depth(waiting + received.as_deref().map_or(0.0, number)))
}

fn depth(messages: f64) -> Finding {
    match messages {
        0.0 => Finding::new().note("empty"),
        messages => Finding::new().failing(format!("{} failed", count(messages, "event"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Health, *};

    #[test]
    fn a_queue_that_is_not_empty_is_failing() {
        assert_eq!(depth(0.0).health, Health::Healthy);
        assert_eq!(depth(1.0).health, Health::Failing);
        assert_eq!(depth(2.0).notes, ["2 events failed"]);
    }
}
