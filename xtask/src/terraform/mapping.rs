//! `aws_lambda_event_source_mapping`

use crate::{
    graph::{Graph, Mapping, Target},
    hcl::{Block, Expression},
};

const KIND: &str = "aws_lambda_event_source_mapping";

pub(super) fn block(mapping: &Mapping, graph: &Graph) -> Block {
    let Mapping { node, stream, function, batch_size, after } = mapping;
    let function = &graph.functions[*function].node.logical.snake;
    // No bound on retries: until there is a place for failures, a record that is given up is
    // lost, and one that blocks its shard is not.
    let block = Block::resource(KIND, &node.logical.snake, &node.at)
        .set("event_source_arn", super::reference(Target::Stream(*stream).arn(), graph))
        .set("function_name", super::address(super::function::KIND, function, "arn"))
        .set("starting_position", "TRIM_HORIZON")
        .set("batch_size", *batch_size)
        .set("bisect_batch_on_function_error", true)
        .set("function_response_types", Expression::list(["ReportBatchItemFailures"]));
    if after.is_empty() {
        return block;
    }
    let consumers = after.iter().flat_map(|rule| {
        let name = &graph.rules[*rule].node.logical.snake;
        [super::rule::TARGET, super::rule::PERMISSION].map(|kind| format!("{kind}.{name}"))
    });
    block
        .set("depends_on", Expression::list(consumers.map(Expression::raw)))
        .why("An event without its rule is lost: these exist before the first record is read.")
}
