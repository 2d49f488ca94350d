//! The graph as Terraform.
//!
//! Works with Terraform 1.3 and later: nothing newer (`terraform_data`, `import`, `check`) is
//! used, and hashicorp/aws is the only provider.

use crate::{
    graph::{Attribute, Graph, Part, Reference, Target, Text},
    hcl::{self, Expression},
};

mod aurora;
mod backend;
mod bucket;
mod bus;
mod capture;
mod endpoint;
mod function;
mod group;
mod kms_key;
mod main;
mod mapping;
mod output;
mod policy;
mod queue;
pub(crate) mod removal;
mod route_table;
mod rule;
mod stream;
mod table;
mod topic;
mod vpc;

/// The files of a graph, by name: one for each kind of resource, one for each handler.
///
/// Files of a handler end in `_handler.tf`, so that no handler's name makes one of the names
/// that Terraform treats differently, such as `override.tf`.
pub fn files(graph: &Graph) -> Vec<(String, String)> {
    let mut files = vec![("main.tf".to_owned(), main::blocks(graph))];
    let keys = graph.kms_keys.created().flat_map(|key| kms_key::blocks(key, graph)).collect();
    files.push(("keys.tf".into(), keys));
    files.push(("network.tf".into(), vpc::blocks(graph)));
    files.push(("security_groups.tf".into(), group::blocks(graph)));
    files.push(("endpoints.tf".into(), endpoint::blocks(graph)));
    let streams = graph.streams.created().map(|stream| stream::block(stream, graph)).collect();
    files.push(("streams.tf".into(), streams));
    files.push((
        "events.tf".into(),
        graph.buses.created().flat_map(|bus| bus::blocks(bus, graph)).collect(),
    ));
    let tables = graph.tables.created().map(|table| table::block(table, graph)).collect();
    files.push(("tables.tf".into(), tables));
    let auroras = graph.auroras.created().flat_map(|aurora| aurora::blocks(aurora, graph));
    files.push(("databases.tf".into(), auroras.collect()));
    files.push(("captures.tf".into(), capture::blocks(graph)));
    let topics = graph.topics.created().flat_map(|topic| topic::blocks(topic, graph)).collect();
    files.push(("topics.tf".into(), topics));
    let buckets = graph.buckets.ids().flat_map(|bucket| bucket::blocks(bucket, graph)).collect();
    files.push(("failures.tf".into(), buckets));
    for function in graph.functions.iter() {
        let name = format!("{}_handler.tf", function.node.logical.snake);
        files.push((name, function::blocks(function, graph)));
    }
    files.push(("outputs.tf".into(), output::blocks(graph)));

    files.retain(|(_, blocks)| !blocks.is_empty());
    let mut files: Vec<_> =
        files.into_iter().map(|(name, blocks)| (name, hcl::file(&blocks))).collect();
    let data = main::data(files.iter().map(|(_, text)| text.as_str()));
    if let Some((_, main)) = files.first_mut().filter(|_| !data.is_empty()) {
        main.push_str(&format!("\n{}", hcl::file(&data)));
    }
    files
}

/// The type of a resource: the first part of its address.
fn kind(target: Target) -> &'static str {
    match target {
        Target::Stream(_) => stream::KIND,
        Target::Bus(_) => bus::KIND,
        Target::Table(_) => table::KIND,
        Target::Topic(_) => topic::KIND,
        Target::KmsKey(_) => kms_key::KIND,
        Target::Vpc(_) => vpc::KIND,
        Target::Subnet(_) => vpc::SUBNET,
        Target::RouteTable(_) => route_table::KIND,
        Target::Group(_) => group::KIND,
        Target::Aurora(_) => aurora::KIND,
        Target::Bucket(_) => bucket::KIND,
        Target::Queue(_) => queue::KIND,
    }
}

/// An attribute of another resource.
fn reference(reference: Reference, graph: &Graph) -> Expression {
    let node = reference.target.node(graph);
    if let Some(existing) = &node.existing {
        return match reference.attribute {
            Attribute::Name => (&node.name).into(),
            Attribute::Arn | Attribute::Id | Attribute::Endpoint => existing.into(),
        };
    }
    let attribute = match (reference.target, reference.attribute) {
        (Target::Bucket(_), Attribute::Name) => "bucket",
        (_, Attribute::Name) => "name",
        (_, Attribute::Arn) => "arn",
        (_, Attribute::Id) => "id",
        (_, Attribute::Endpoint) => "endpoint",
    };
    let name = &node.logical.snake;
    address(kind(reference.target), name, attribute)
}

/// The ARN of all objects of a bucket, of which the reference is to the ARN.
fn objects(bucket: Reference, graph: &Graph) -> Expression {
    match reference(bucket, graph) {
        Expression::Raw(arn) => {
            Expression::template([hcl::Part::Value(&arn), hcl::Part::Text("/*")])
        }
        Expression::Text(arn) => (arn + "/*").into(),
        other => other,
    }
}

/// A text with what only AWS knows.
fn text(text: &Text) -> Expression {
    fn part(part: &Part) -> hcl::Part<'_> {
        match part {
            Part::Literal(text) => hcl::Part::Text(text),
            Part::Account => hcl::Part::Value("data.aws_caller_identity.current.account_id"),
            Part::Region => hcl::Part::Value("data.aws_region.current.name"),
            Part::Partition => hcl::Part::Value("data.aws_partition.current.partition"),
        }
    }
    match text.parts() {
        [Part::Literal(text)] => text.into(),
        [one] => match part(one) {
            hcl::Part::Text(text) => text.into(),
            hcl::Part::Value(expression) => Expression::raw(expression),
        },
        several => Expression::template(several.iter().map(part)),
    }
}

fn address(kind: &str, name: &str, attribute: &str) -> Expression {
    Expression::raw(format!("{kind}.{name}.{attribute}"))
}
