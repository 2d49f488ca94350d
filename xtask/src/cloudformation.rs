//! The graph as CloudFormation: the same infrastructure as the Terraform.

use std::collections::HashMap;

use crate::{
    diagnostic::{Diagnostic, Result},
    graph::{Attribute, Function, Graph, Id, Part, Reference, Target, Text},
};

mod aurora;
mod bucket;
mod bus;
mod capture;
mod crossing;
mod endpoint;
mod function;
mod group;
mod kms_key;
mod limits;
mod mapping;
mod output;
mod pinned;
mod policy;
mod portion;
mod queue;
mod resource;
mod route_table;
mod rule;
mod split;
mod stream;
mod table;
mod template;
mod topic;
mod value;
mod vpc;

pub use limits::Limits;
pub use template::Template;
pub(crate) use {crossing::known_outputs, portion::Portion};

use resource::Resource;
use template::Contents;
use value::Value;

const ARCHITECTURE: &str = "Architecture";
const CODE_BUCKET: &str = "CodeBucket";
const PREFIX_LIST: &str = "DynamoDbPrefixListId";

/// The templates of a graph: one where one stack takes everything, and otherwise that of the base
/// stack and those of the stacks of handlers, in the order in which they are deployed.
///
/// The zips are in the bucket that the parameter `CodeBucket` names, each under the key that
/// the parameter of its function names, such as `AtualizarEstoqueCodeKey`.
///
/// # Errors
///
/// What no handler can be parted from is larger than CloudFormation takes in one stack.
pub fn templates(graph: &Graph, limits: &Limits) -> Result<Vec<Template>> {
    let (contents, owners) = whole(graph);
    if contents.over(limits).is_some() {
        return split::split(contents, owners, graph, limits);
    }
    let template = Template::new(Portion::Base, contents, graph)?;
    if template.text().len() <= limits.bytes {
        return Ok(vec![template]);
    }
    let (contents, owners) = whole(graph);
    split::split(contents, owners, graph, limits)
}

fn not_written(why: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::new(format!("the CloudFormation template cannot be written: {why}"))
}

/// The handlers that resources belong to, by the resources' logical ids.
type Owners = HashMap<String, Id<Function>>;

/// Everything, as one stack would have it, and what of it is a handler's and its trigger's.
fn whole(graph: &Graph) -> (Contents, Owners) {
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
        .map(Resource::entry)
        .collect();
    let mut owners = Owners::new();
    for function in graph.functions.ids() {
        let own = function::resources(&graph.functions[function], graph);
        for (id, resource) in own.into_iter().map(Resource::entry) {
            owners.insert(id.clone(), function);
            resources.push((id, resource));
        }
    }
    let contents = Contents {
        parameters: parameters(graph),
        conditions: capture::condition(graph).into_iter().collect(),
        resources,
        outputs: output::outputs(graph),
    };
    (contents, owners)
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
        _ => Value::substitute(pattern(text)),
    }
}

/// A text as the pattern of a `Fn::Sub`.
fn pattern(text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.replace("${", "${!"),
        Part::Account => "${AWS::AccountId}".into(),
        Part::Region => "${AWS::Region}".into(),
        Part::Partition => "${AWS::Partition}".into(),
    };
    text.parts().iter().map(part).collect()
}
