//! The graph as CloudFormation: the same infrastructure as the Terraform.

use crate::{
    diagnostic::{Diagnostic, Result},
    graph::{Attribute, Function, Graph, Part, Reference, Target, Text},
};

mod aurora;
mod bucket;
mod bus;
mod capture;
mod endpoint;
mod function;
mod group;
mod kms_key;
mod mapping;
mod output;
mod pinned;
mod policy;
mod queue;
mod resource;
mod route_table;
mod rule;
mod stream;
mod table;
mod topic;
mod value;
mod vpc;

use resource::Resource;
use value::Value;

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const RESOURCES: usize = 500;
const PARAMETERS: usize = 200;
const OUTPUTS: usize = 200;
const BYTES: usize = 1_000_000;

const ARCHITECTURE: &str = "Architecture";
const CODE_BUCKET: &str = "CodeBucket";
const PREFIX_LIST: &str = "DynamoDbPrefixListId";

/// The template of a graph, as YAML.
///
/// The zips are in the bucket that the parameter `CodeBucket` names, each under the key that
/// the parameter of its function names, such as `AtualizarEstoqueCodeKey`.
///
/// # Errors
///
/// The application is larger than CloudFormation takes in one stack.
pub fn template(graph: &Graph) -> Result<String> {
    let yaml = value::yaml(&stack(graph)?).map_err(|error| not_written(&error))?;
    let text = format!(
        "# Written by `cargo xtask synth` from the application's code: edit the code.\n{yaml}"
    );
    let behind = |function: &&Function| {
        text.find(&format!("\n  {}:\n", function.node.logical.camel)).is_some_and(|at| at > BYTES)
    };
    let past = graph.functions.iter().find(behind).or(graph.functions.iter().last());
    fits("bytes", text.len(), BYTES, past)?;
    Ok(text)
}

/// The same template as data: what is deployed, so that it can be read back as easily.
///
/// # Errors
///
/// Those of [`template`].
pub(crate) fn data(graph: &Graph) -> Result<serde_json::Value> {
    serde_json::to_value(stack(graph)?).map_err(|error| not_written(&error).into())
}

fn not_written(why: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::new(format!("the CloudFormation template cannot be written: {why}"))
}

fn stack(graph: &Graph) -> Result<Value> {
    let mut resources: Vec<_> = graph
        .kms_keys
        .created()
        .flat_map(|key| kms_key::resources(key, graph))
        .chain(vpc::resources(graph))
        .chain(group::resources(graph))
        .chain(endpoint::resources(graph))
        .chain(graph.streams.created().map(|stream| stream::resource(stream, graph)))
        .chain(graph.buses.created().flat_map(|bus| bus::resources(bus, graph)))
        .chain(graph.tables.created().map(|table| table::resource(table, graph)))
        .chain(graph.auroras.created().flat_map(|aurora| aurora::resources(aurora, graph)))
        .chain(capture::resources(graph))
        .chain(graph.topics.created().flat_map(|topic| topic::resources(topic, graph)))
        .chain(graph.buckets.ids().flat_map(|bucket| bucket::resources(bucket, graph)))
        .collect();
    let mut past = None;
    for function in graph.functions.iter() {
        resources.extend(function::resources(function, graph));
        past = past.or((resources.len() > RESOURCES).then_some(function));
    }
    let parameters = parameters(graph);
    let outputs = output::outputs(graph);
    fits("resources", resources.len(), RESOURCES, past)?;
    // Of these each function has one.
    for (what, count, most) in
        [("parameters", parameters.len(), PARAMETERS), ("outputs", outputs.len(), OUTPUTS)]
    {
        let others = count - graph.functions.len();
        fits(what, count, most, graph.functions.iter().nth(most.saturating_sub(others)))?;
    }

    let Graph { app, stage, .. } = graph;
    let mut sections = vec![
        ("AWSTemplateFormatVersion", "2010-09-09".into()),
        ("Description", description(app, stage).into()),
        ("Parameters", Value::Map(parameters)),
    ];
    let rules = pinned::rules(graph);
    if !rules.is_empty() {
        sections.push(("Rules", Value::Map(rules)));
    }
    if let Some(condition) = capture::condition(graph) {
        sections.push(("Conditions", Value::map([condition])));
    }
    sections.push(("Resources", Value::map(resources.into_iter().map(Resource::entry))));
    sections.push(("Outputs", Value::Map(outputs)));
    Ok(Value::map(sections))
}

/// Refuses more than a stack takes; `past` is the first function behind the limit.
fn fits(what: &str, count: usize, most: usize, past: Option<&Function>) -> Result<()> {
    if count <= most {
        return Ok(());
    }
    let mistake = Diagnostic::new(format!(
        "no CloudFormation template is written: it would have {count} {what}, and a stack takes \
         {most}"
    ))
    .help("the Terraform is complete: deploy that, or split the application in two");
    let places = past.map(|function| function.node.at.clone());
    Err(places
        .into_iter()
        .fold(mistake, |mistake, at| mistake.at(at, "the first handler that does not fit"))
        .into())
}

/// What a stack says it is.
pub(crate) fn description(app: &str, stage: &str) -> String {
    format!("Application {app}, stage {stage}.")
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
    parameters.extend(endpoint::parameter(graph));
    parameters.extend(capture::parameter(graph));
    parameters
}

/// An attribute of another resource.
fn reference(reference: Reference, graph: &Graph) -> Value {
    let node = reference.target.node(graph);
    if let Some(existing) = &node.existing {
        return match reference.attribute {
            Attribute::Name => (&node.name).into(),
            Attribute::Arn | Attribute::Id | Attribute::Endpoint => existing.into(),
        };
    }
    let id = &node.logical.camel;
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
    match (reference.target, reference.attribute) {
        (Target::Topic(_), Attribute::Arn) => Value::reference(id),
        (Target::Topic(_), Attribute::Name) => Value::attribute(id, "TopicName"),
        (Target::Group(_), Attribute::Id) => Value::attribute(id, "GroupId"),
        (_, Attribute::Endpoint) => Value::attribute(id, "Endpoint.Address"),
        (Target::Queue(_), Attribute::Name) => Value::attribute(id, "QueueName"),
        (_, Attribute::Arn) => Value::attribute(id, "Arn"),
        (_, Attribute::Name | Attribute::Id) => Value::reference(id),
    }
}

/// The ARN of all objects of a bucket, of which the reference is to the ARN.
fn objects(bucket: Reference, graph: &Graph) -> Value {
    let node = bucket.target.node(graph);
    match &node.existing {
        Some(arn) => format!("{arn}/*").into(),
        None => Value::substitute(format!("${{{}.Arn}}/*", node.logical.camel)),
    }
}

/// A text with what only AWS knows.
fn text(text: &Text) -> Value {
    match text.parts() {
        [Part::Literal(text)] => text.into(),
        [Part::Account] => Value::reference("AWS::AccountId"),
        [Part::Region] => Value::reference("AWS::Region"),
        [Part::Partition] => Value::reference("AWS::Partition"),
        several => Value::substitute(
            several
                .iter()
                .map(|part| match part {
                    Part::Literal(text) => text.replace("${", "${!"),
                    Part::Account => "${AWS::AccountId}".into(),
                    Part::Region => "${AWS::Region}".into(),
                    Part::Partition => "${AWS::Partition}".into(),
                })
                .collect(),
        ),
    }
}
