//! The graph as CloudFormation: the same infrastructure as the Terraform.

use crate::{
    diagnostic::{Diagnostic, Result},
    graph::{Attribute, Graph, Reference, Target},
};

mod bus;
mod function;
mod mapping;
mod output;
mod policy;
mod resource;
mod rule;
mod stream;
mod table;
mod topic;
mod value;

use resource::Resource;
use value::Value;

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const RESOURCES: usize = 500;
const PARAMETERS: usize = 200;
const OUTPUTS: usize = 200;
const BYTES: usize = 1_000_000;

const ARCHITECTURE: &str = "Architecture";
const CODE_BUCKET: &str = "CodeBucket";

/// The template of a graph, as YAML.
///
/// The zips are in the bucket that the parameter `CodeBucket` names, each under the key that
/// the parameter of its function names, such as `AtualizarEstoqueCodeKey`.
///
/// # Errors
///
/// The application is larger than CloudFormation takes in one stack.
pub fn template(graph: &Graph) -> Result<String> {
    let resources: Vec<_> = graph
        .streams
        .iter()
        .map(|stream| stream::resource(stream, graph))
        .chain(graph.buses.iter().map(|bus| bus::resource(bus, graph)))
        .chain(graph.tables.iter().map(|table| table::resource(table, graph)))
        .chain(graph.topics.iter().map(|topic| topic::resource(topic, graph)))
        .chain(graph.functions.iter().flat_map(|function| function::resources(function, graph)))
        .collect();
    let parameters = parameters(graph);
    let outputs = output::outputs(graph);
    fits("resources", resources.len(), RESOURCES)?;
    fits("parameters", parameters.len(), PARAMETERS)?;
    fits("outputs", outputs.len(), OUTPUTS)?;

    let Graph { app, stage, .. } = graph;
    let template = Value::map([
        ("AWSTemplateFormatVersion", "2010-09-09".into()),
        ("Description", format!("Application {app}, stage {stage}.").into()),
        ("Parameters", Value::Map(parameters)),
        ("Resources", Value::map(resources.into_iter().map(Resource::entry))),
        ("Outputs", Value::Map(outputs)),
    ]);
    let yaml = value::yaml(&template).map_err(|error| {
        Diagnostic::new(format!("the CloudFormation template cannot be written: {error}"))
    })?;
    let text = format!(
        "# Written by `cargo xtask synth` from the application's code: edit the code.\n{yaml}"
    );
    fits("bytes", text.len(), BYTES)?;
    Ok(text)
}

fn fits(what: &str, count: usize, most: usize) -> Result<()> {
    if count <= most {
        return Ok(());
    }
    Err(Diagnostic::new(format!(
        "the CloudFormation template has {count} {what}, and a stack takes {most}"
    ))
    .help("split the application in two")
    .into())
}

/// Values that are known only when a stack is made.
fn parameters(graph: &Graph) -> Vec<(String, Value)> {
    let text = |description: String| {
        Value::map([("Type", "String".into()), ("Description", description.into())])
    };
    let architecture = Value::map([
        ("Type", "String".into()),
        ("Description", "The processor that the zips were built for.".into()),
        ("Default", "arm64".into()),
        ("AllowedValues", Value::list(["arm64", "x86_64"])),
    ]);
    let mut parameters = vec![
        (ARCHITECTURE.to_owned(), architecture),
        (CODE_BUCKET.to_owned(), text("The S3 bucket with the zips of the functions.".into())),
    ];
    parameters.extend(graph.functions.iter().map(|function| {
        let handler = &function.handler;
        (function.code_key(), text(format!("The key of {handler}.zip in the bucket.")))
    }));
    parameters
}

/// An attribute of another resource.
fn reference(reference: Reference, graph: &Graph) -> Value {
    let id = &reference.target.node(graph).logical.camel;
    match (reference.target, reference.attribute) {
        (Target::Stream(_) | Target::Bus(_) | Target::Table(_), Attribute::Name)
        | (Target::Topic(_), Attribute::Arn) => Value::reference(id),
        (Target::Stream(_) | Target::Bus(_) | Target::Table(_), Attribute::Arn) => {
            Value::attribute(id, "Arn")
        }
        (Target::Topic(_), Attribute::Name) => Value::attribute(id, "TopicName"),
    }
}
