//! What the configuration needs as a whole.

use crate::{
    graph::Graph,
    hcl::{Block, Expression},
};

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let Graph { app, stage, .. } = graph;
    let aws = Expression::object([
        ("source", "hashicorp/aws"),
        // The one that the output is tested with, and what its major version adds.
        ("version", "~> 5.100"),
    ]);
    let tags =
        Expression::object([("app", app.as_str()), ("stage", stage), ("managed-by", "esteira")]);
    vec![
        Block::new("terraform", &[])
            .comment(format!("Application {app}, stage {stage}."))
            .comment("Written by `cargo xtask synth` from the application's code: edit the code.")
            .set("required_version", ">= 1.3.0")
            .block(Block::new("required_providers", &[]).set("aws", aws)),
        Block::new("provider", &["aws"]).block(Block::new("default_tags", &[]).set("tags", tags)),
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
