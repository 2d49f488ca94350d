//! What an interrupted deploy made and nobody recorded, of that which has no name of its own: a
//! second one would be made without a word. It is known by its tags.

use serde_json::Value;

use super::plan::Shown;
use crate::{aws::Aws, deploy::Action, diagnostic::Result, graph::Graph};

/// The types without names, as Terraform and as EC2 call them.
const KINDS: [(&str, &str); 7] = [
    ("aws_eip", "elastic-ip"),
    ("aws_internet_gateway", "internet-gateway"),
    ("aws_nat_gateway", "natgateway"),
    ("aws_route_table", "route-table"),
    ("aws_subnet", "subnet"),
    ("aws_vpc", "vpc"),
    ("aws_vpc_endpoint", "vpc-endpoint"),
];

/// Something with the tags of the stage that Terraform knows nothing of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unrecorded {
    pub(super) id: String,
    /// As EC2 calls it.
    pub(super) kind: String,
    /// The resource that would be made anew, if it is clear which.
    pub(super) address: Option<String>,
}

/// Whatever of EC2 there is.
///
/// # Errors
///
/// AWS does not tell.
pub(super) fn find(shown: &Shown, graph: &Graph, aws: &Aws) -> Result<Vec<Unrecorded>> {
    if graph.vpcs.iter().next().is_none() {
        return Ok(Vec::new());
    }
    let tagged = |key: &str, values: &str| -> Result<Vec<Tag>> {
        let filters = [format!("Name=key,Values={key}"), format!("Name={values}")];
        let answer = aws.call("ec2", "describe-tags", &["--filters", &filters[0], &filters[1]])?;
        Ok(answer["Tags"].as_array().into_iter().flatten().map(Tag::of).collect())
    };
    let app = tagged("app", &format!("value,Values={}", graph.app))?;
    let stage = tagged("stage", &format!("value,Values={}", graph.stage))?;
    let mut found: Vec<_> =
        app.into_iter().filter(|it| stage.iter().any(|other| other.id == it.id)).collect();
    for batch in found.chunks_mut(200) {
        let ids: Vec<_> = batch.iter().map(|it| it.id.as_str()).collect();
        let names = tagged("Name", &format!("resource-id,Values={}", ids.join(",")))?;
        for tag in batch {
            let own = names.iter().find(|name| name.id == tag.id);
            tag.value = own.map(|it| it.value.clone()).unwrap_or_default();
        }
    }
    Ok(unrecorded(&found, shown))
}

/// A tag of a resource.
#[derive(Debug, Clone)]
struct Tag {
    id: String,
    kind: String,
    value: String,
}

impl Tag {
    fn of(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Self { id: text("ResourceId"), kind: text("ResourceType"), value: text("Value") }
    }
}

/// Of the resources with their names, those that no state has.
fn unrecorded(found: &[Tag], shown: &Shown) -> Vec<Unrecorded> {
    let known = |id: &str| shown.resources().any(|it| it.change.before["id"] == id);
    let all = found.iter().filter(|it| !known(&it.id)).map(|tag| {
        let kind = KINDS.iter().find(|(_, theirs)| *theirs == tag.kind).map(|(ours, _)| *ours);
        let mut same = shown.resources().filter(|it| {
            it.action() == Some(Action::Add)
                && Some(it.kind.as_str()) == kind
                && it.change.after["tags"]["Name"] == tag.value.as_str()
        });
        let address = same.next().map(|it| it.address.clone());
        Unrecorded { id: tag.id.clone(), kind: tag.kind.clone(), address }
    });
    let mut all: Vec<_> = all.collect();
    // Of two that could be the same resource, one is taken over and the other named.
    let mut taken = Vec::new();
    for it in &mut all {
        match &it.address {
            Some(address) if taken.contains(address) => it.address = None,
            Some(address) => taken.push(address.clone()),
            None => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_state_has_is_the_resource_of_its_name() {
        let resource = |address: &str, actions: &[&str], before: Value| {
            json!({ "address": address, "mode": "managed", "type": "aws_vpc", "change": {
                "actions": actions, "before": before, "after": { "tags": { "Name": "dev-Rede" } } } })
        };
        let shown: Shown = serde_json::from_value(json!({ "resource_changes": [
            resource("aws_vpc.rede", &["create"], Value::Null),
            resource("aws_vpc.other", &["no-op"], json!({ "id": "vpc-1" })),
        ] }))
        .unwrap();
        let tag = |id: &str, kind: &str, name: &str| Tag {
            id: id.into(),
            kind: kind.into(),
            value: name.into(),
        };
        let found = unrecorded(
            &[
                tag("vpc-1", "vpc", "dev-Rede"),
                tag("vpc-2", "vpc", "dev-Rede"),
                tag("vpc-3", "vpc", "dev-Rede"),
                tag("vpce-4", "vpc-endpoint", ""),
            ],
            &shown,
        );
        let found: Vec<_> =
            found.iter().map(|it| (it.id.as_str(), it.address.as_deref())).collect();
        assert_eq!(found, [("vpc-2", Some("aws_vpc.rede")), ("vpc-3", None), ("vpce-4", None)]);
    }
}
