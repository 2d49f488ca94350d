//! `AWS::SNS::Topic`

use super::Resource;
use crate::graph::{Graph, Topic};

pub(super) fn resource(Topic { node }: &Topic, graph: &Graph) -> Resource {
    Resource::new("AWS::SNS::Topic", node)
        .set("TopicName", &node.name)
        .set("KmsMasterKeyId", "alias/aws/sns")
        .tags(graph)
}
