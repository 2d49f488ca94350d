//! `AWS::Lambda::EventSourceMapping`

use super::{Resource, Value};
use crate::graph::{Graph, Mapping, Target};

pub(super) fn resource(mapping: &Mapping, graph: &Graph) -> Resource {
    let function = &graph.functions[mapping.function].node.logical.camel;
    // An event without its rule, or that fails before its queue is open, is lost: these exist
    // before the first record is read.
    let consumers = mapping.after.iter().flat_map(|rule| super::rule::ready(*rule, graph));
    let failures = super::reference(Target::Bucket(mapping.failures).arn(), graph);
    let on_failure = Value::map([("OnFailure", Value::map([("Destination", failures)]))]);
    Resource::new("AWS::Lambda::EventSourceMapping", &mapping.node)
        .after(consumers)
        .set("EventSourceArn", super::reference(Target::Stream(mapping.stream).arn(), graph))
        .set("FunctionName", Value::attribute(function, "Arn"))
        .set("StartingPosition", mapping.starting_position)
        .set("BatchSize", mapping.batch_size)
        .set("MaximumBatchingWindowInSeconds", mapping.batching_window)
        .set("ParallelizationFactor", mapping.parallelization)
        .set("MaximumRetryAttempts", mapping.retry.attempts)
        .set("MaximumRecordAgeInSeconds", mapping.retry.max_age)
        .set("BisectBatchOnFunctionError", true)
        .set("FunctionResponseTypes", Value::list(["ReportBatchItemFailures"]))
        .set("DestinationConfig", on_failure)
        .tags(graph)
}
