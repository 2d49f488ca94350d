//! The graph as Terraform.
//!
//! Works with Terraform 1.3 and later: nothing newer (`terraform_data`, `import`, `check`) is
//! used, and hashicorp/aws is the only provider.

use crate::{
    graph::{Attribute, Graph, Reference, Target},
    hcl::{self, Expression},
};

mod bus;
mod function;
mod main;
mod mapping;
mod output;
mod policy;
mod rule;
mod stream;
mod table;
mod topic;

/// The files of a graph, by name: one for each kind of resource, one for each handler.
///
/// Files of a handler end in `_handler.tf`, so that no handler's name makes one of the names
/// that Terraform treats differently, such as `override.tf`.
pub fn files(graph: &Graph) -> Vec<(String, String)> {
    let mut files = vec![("main.tf".to_owned(), main::blocks(graph))];
    files.push(("streams.tf".into(), graph.streams.iter().map(stream::block).collect()));
    files.push(("events.tf".into(), graph.buses.iter().map(bus::block).collect()));
    files.push(("tables.tf".into(), graph.tables.iter().map(table::block).collect()));
    files.push(("topics.tf".into(), graph.topics.iter().map(topic::block).collect()));
    for function in graph.functions.iter() {
        let name = format!("{}_handler.tf", function.node.logical.snake);
        files.push((name, function::blocks(function, graph)));
    }
    files.push(("outputs.tf".into(), output::blocks(graph)));

    files.retain(|(_, blocks)| !blocks.is_empty());
    files.into_iter().map(|(name, blocks)| (name, hcl::file(&blocks))).collect()
}

/// The type of a resource: the first part of its address.
fn kind(target: Target) -> &'static str {
    match target {
        Target::Stream(_) => stream::KIND,
        Target::Bus(_) => bus::KIND,
        Target::Table(_) => table::KIND,
        Target::Topic(_) => topic::KIND,
    }
}

/// An attribute of another resource.
fn reference(reference: Reference, graph: &Graph) -> Expression {
    let attribute = match reference.attribute {
        Attribute::Name => "name",
        Attribute::Arn => "arn",
    };
    let name = &reference.target.node(graph).logical.snake;
    address(kind(reference.target), name, attribute)
}

fn address(kind: &str, name: &str, attribute: &str) -> Expression {
    Expression::raw(format!("{kind}.{name}.{attribute}"))
}
