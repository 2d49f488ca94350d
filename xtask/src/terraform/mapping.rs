//! `aws_lambda_event_source_mapping`

use crate::{
    graph::{Graph, Mapping, Target},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_lambda_event_source_mapping";

pub(super) fn block(mapping: &Mapping, graph: &Graph) -> Block {
    let node = &mapping.node;
    let function = &graph.functions[mapping.function].node.logical.snake;
    let failures = super::reference(Target::Bucket(mapping.failures).arn(), graph);
    let on_failure = Block::new("on_failure", &[]).set("destination_arn", failures);
    let block = Block::resource(KIND, &node.logical.snake, &node.at)
        .set("event_source_arn", super::reference(Target::Stream(mapping.stream).arn(), graph))
        .set("function_name", super::address(super::function::KIND, function, "arn"))
        .set("starting_position", mapping.starting_position)
        .set("batch_size", mapping.batch_size)
        .set("maximum_batching_window_in_seconds", mapping.batching_window)
        .set("parallelization_factor", mapping.parallelization)
        .set("maximum_retry_attempts", mapping.retry.attempts)
        .set("maximum_record_age_in_seconds", mapping.retry.max_age)
        .set("bisect_batch_on_function_error", true)
        .set("function_response_types", Expression::list(["ReportBatchItemFailures"]))
        .block(Block::new("destination_config", &[]).block(on_failure));
    if mapping.after.is_empty() {
        return block;
    }
    let consumers = mapping.after.iter().flat_map(|rule| super::rule::ready(*rule, graph));
    block
        .set("depends_on", Expression::list(consumers.map(Expression::raw)))
        .why("An event without its rule, or that fails before its queue is open, is lost: these")
        .why("exist before the first record is read.")
}
