//! Topics: whether anybody listens.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Finding, Probe, Scene, count};
use crate::{
    aws::Refusal,
    graph::{Graph, Node},
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    attributes: HashMap<String, String>,
}

pub(super) fn probes(graph: &Graph) -> impl Iterator<Item = Probe<'_>> {
    graph
        .topics
        .iter()
        .map(|topic| Probe::new("topic", &topic.node, move |scene| look(scene, &topic.node)))
}

fn look(scene: &Scene<'_>, node: &Node) -> Result<Finding, Refusal> {
    let (partition, account) = (scene.identity.partition(), &scene.identity.account);
    let own = || format!("arn:{partition}:sns:{}:{account}:{}", scene.aws.region(), node.name);
    let arn = node.existing.clone().unwrap_or_else(own);
    let answer: Answer = scene.aws.read("sns", "get-topic-attributes", &["--topic-arn", &arn])?;
    let number = |key: &str| answer.attributes.get(key).and_then(|text| text.parse().ok());
    Ok(listeners(number("SubscriptionsConfirmed"), number("SubscriptionsPending")))
}

fn listeners(confirmed: Option<f64>, pending: Option<f64>) -> Finding {
    let mut finding = Finding::new();
    if let Some(confirmed) = confirmed {
        finding = finding.note(count(confirmed, "subscription"));
    }
    match pending {
        Some(pending) if pending > 0.0 => {
            finding.lagging(format!("{pending:.0} not yet confirmed by who was asked"))
        }
        _ => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Health, *};

    #[test]
    fn a_subscription_that_waits_for_a_person_is_told() {
        assert_eq!(listeners(Some(1.0), Some(0.0)).health, Health::Healthy);
        let waiting = listeners(Some(0.0), Some(2.0));
        assert_eq!(waiting.health, Health::Lagging);
        assert_eq!(waiting.notes, ["0 subscriptions", "2 not yet confirmed by who was asked"]);
    }
}
