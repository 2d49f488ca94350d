//! The values that a template takes when it is deployed.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf, thread};

use serde_json::{Value, json};

use super::{bucket, stack::Described, template::Template};
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

/// The parameters of a template, as `create-change-set` takes them.
pub(super) fn values(
    template: &Template,
    deployed: Option<&Described>,
    bucket: &str,
    code: &[Code],
    deployment: &Deployment<'_>,
    aws: &Aws,
) -> Result<String> {
    let mut known: BTreeMap<&str, String> = BTreeMap::from([
        ("Architecture", deployment.arch.name().to_owned()),
        ("CodeBucket", bucket.to_owned()),
    ]);
    known.extend(code.iter().map(|code| (code.parameter.as_str(), code.key.clone())));
    let mut values = Vec::new();
    for name in template.parameters() {
        let value = match (known.get(name), name) {
            (Some(value), _) => value.clone(),
            (None, "DynamoDbPrefixListId") => match deployed.and_then(|it| it.parameter(name)) {
                Some(same) => same.to_owned(),
                None => prefix_list(aws)?,
            },
            (None, "CreateDmsRoles") => has_dms_roles(deployed).to_string(),
            // It has a default.
            (None, _) => continue,
        };
        values.push(json!({ "ParameterKey": name, "ParameterValue": value }));
    }
    Ok(Value::from(values).to_string())
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
