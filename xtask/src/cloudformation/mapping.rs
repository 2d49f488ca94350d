//! `AWS::Lambda::EventSourceMapping`

use super::{Resource, Value};
use crate::graph::{Graph, Mapping, Target};

pub(super) fn resource(mapping: &Mapping, graph: &Graph) -> Resource {
    let Mapping { node, stream, function, batch_size, after } = mapping;
    let function = &graph.functions[*function].node.logical.camel;
    // An event without its rule is lost: these exist before the first record is read. A rule
    // comes with its target here.
    let consumers = after.iter().flat_map(|rule| {
        let rule = &graph.rules[*rule];
        [rule.node.logical.camel.clone(), rule.permission.logical.camel.clone()]
    });
    // No bound on retries: until there is a place for failures, a record that is given up is
    // lost, and one that blocks its shard is not.
    Resource::new("AWS::Lambda::EventSourceMapping", node)
        .after(consumers)
        .set("EventSourceArn", super::reference(Target::Stream(*stream).arn(), graph))
        .set("FunctionName", Value::attribute(function, "Arn"))
        .set("StartingPosition", "TRIM_HORIZON")
        .set("BatchSize", *batch_size)
        .set("BisectBatchOnFunctionError", true)
        .set("FunctionResponseTypes", Value::list(["ReportBatchItemFailures"]))
        .tags(graph)
}
