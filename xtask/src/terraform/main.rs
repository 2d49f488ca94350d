//! What the configuration needs as a whole.

use crate::{
    graph::Graph,
    hcl::{Block, Expression},
};

/// What the texts ask of the account and the region they are deployed to.
pub(super) fn data<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<Block> {
    ["aws_caller_identity", "aws_partition", "aws_region"]
        .into_iter()
        .filter(|kind| texts.clone().any(|text| text.contains(&format!("data.{kind}.current"))))
        .map(|kind| Block::new("data", &[kind, "current"]))
        .collect()
}

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    vec![
        terraform(graph),
        provider(graph),
        Block::new("variable", &["architecture"])
            .set("description", "The processor that the zips were built for.")
            .set("type", Expression::raw("string"))
            .set("default", "arm64")
            .block(
                Block::new("validation", &[])
                    .set(
                        "condition",
                        Expression::raw(r#"contains(["arm64", "x86_64"], var.architecture)"#),
                    )
                    .set("error_message", "The architecture is arm64 or x86_64."),
            ),
    ]
}

fn terraform(graph: &Graph) -> Block {
    let Graph { app, stage, .. } = graph;
    let aws = Expression::object([
        ("source", "hashicorp/aws"),
        // The one that the output is tested with, and what its major version adds.
        ("version", "~> 5.100"),
    ]);
    let block = Block::new("terraform", &[])
        .comment(format!("Application {app}, stage {stage}."))
        .comment("Written by `cargo xtask synth` from the application's code: edit the code.")
        .set("required_version", ">= 1.3.0")
        .block(Block::new("required_providers", &[]).set("aws", aws));
    match &graph.backend {
        Some(backend) => block.block(super::backend::block(backend)),
        None => block,
    }
}

fn provider(graph: &Graph) -> Block {
    let mut block = Block::new("provider", &["aws"]);
    if let Some(region) = &graph.region {
        block = block.set("region", region);
    }
    if let Some(account) = &graph.account {
        block = block.set("allowed_account_ids", Expression::list([account]));
    }
    let tags = Expression::object(graph.tags.iter().map(|(key, value)| (key, value)));
    block.block(Block::new("default_tags", &[]).set("tags", tags))
}
