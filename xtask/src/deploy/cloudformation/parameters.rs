//! The values that a template takes when it is deployed.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf, thread};

use serde_json::{Value, json};

use super::{bucket, stack::Described, template::Template, uploads::Uploads};
use crate::{
    aws::Aws,
    deploy::Deployment,
    diagnostic::{Diagnostic, Result},
    graph::Function,
    parallel,
};

/// The zip of a function, and the key that its content gives it.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// The parameter with the key.
    pub(super) parameter: String,
    pub(super) key: String,
    pub(super) path: PathBuf,
}

/// The zips of all functions.
pub(super) fn code(deployment: &Deployment<'_>) -> Result<Vec<Code>> {
    let (lambda, prefix) = (deployment.output.join("lambda"), prefix(deployment));
    let one = |function: &&Function| {
        let handler = &function.handler;
        let path = lambda.join(format!("{handler}.zip"));
        let bytes = std::fs::read(&path).map_err(|error| {
            Diagnostic::new(format!("cannot read {}: {error}", path.display()))
                .help("build the functions first, with `cargo xtask build`")
        })?;
        let key = format!("{prefix}{handler}-{}.zip", bucket::digest(&bytes));
        Ok(Code { parameter: function.code_key(), key, path })
    };
    let functions: Vec<_> = deployment.graph.functions.iter().collect();
    let at_once = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    parallel::map(&functions, at_once, one).into_iter().collect()
}

/// What the keys of a stage's objects begin with.
pub(super) fn prefix(deployment: &Deployment<'_>) -> String {
    format!("{}/{}/", deployment.graph.app, deployment.graph.stage)
}

/// The values of parameters, by their names.
pub(super) type Values = BTreeMap<String, String>;

/// What a stack of handlers takes from the base.
pub(super) fn shared(base: Option<&Described>) -> Values {
    let outputs = base.map(Described::outputs).unwrap_or_default().into_iter();
    outputs.filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect()
}

/// The values of the parameters of a template, but for those that the base stack does not say yet.
pub(super) fn values(
    template: &Template,
    deployed: Option<&Described>,
    uploads: &Uploads<'_>,
    shared: &Values,
    deployment: &Deployment<'_>,
) -> Result<Values> {
    let mut known: BTreeMap<&str, &str> = BTreeMap::from([
        ("Architecture", deployment.arch.name()),
        ("CodeBucket", uploads.bucket.name.as_str()),
    ]);
    known.extend(uploads.code.iter().map(|code| (code.parameter.as_str(), code.key.as_str())));
    let mut values = Values::new();
    for name in template.parameters() {
        let value = match (known.get(name), name) {
            (Some(value), _) => (*value).to_owned(),
            (None, "DynamoDbPrefixListId") => match deployed.and_then(|it| it.parameter(name)) {
                Some(same) => same.to_owned(),
                None => prefix_list(deployment.aws)?,
            },
            (None, "CreateDmsRoles") => has_dms_roles(deployed).to_string(),
            (None, _) => match shared.get(name) {
                Some(value) => value.clone(),
                None => continue,
            },
        };
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}

/// The parameters of a template that have no value.
pub(super) fn missing<'t>(template: &'t Template, values: &Values) -> Vec<&'t str> {
    template.parameters().filter(|name| !values.contains_key(*name)).collect()
}

/// The same as `create-change-set` takes them.
pub(super) fn text(values: &Values) -> String {
    let one = |(name, value)| json!({ "ParameterKey": name, "ParameterValue": value });
    Value::Array(values.iter().map(one).collect()).to_string()
}

/// The list of DynamoDB's addresses in the region.
fn prefix_list(aws: &Aws) -> Result<String> {
    let name = format!("com.amazonaws.{}.dynamodb", aws.region());
    let filter = format!("Name=prefix-list-name,Values={name}");
    let arguments = ["--filters", &filter, "--query", "PrefixLists[0].PrefixListId"];
    match aws.call("ec2", "describe-managed-prefix-lists", &arguments)? {
        Value::String(id) => Ok(id),
        _ => Err(Diagnostic::new(format!("the region has no prefix list {name}"))
            .help("have the handlers reach DynamoDB from outside the VPC, or by a NAT gateway")
            .into()),
    }
}

/// Whether the stack has made the two roles that DMS looks for in an account. A deploy makes
/// what is missing of them before anything else, so that they belong to no stack.
pub(super) fn has_dms_roles(deployed: Option<&Described>) -> bool {
    deployed.and_then(|it| it.parameter("CreateDmsRoles")) == Some("true")
}
