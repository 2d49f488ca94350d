//! Which region is meant.

use std::env;

use super::{Access, Aws, Cause};
use crate::{
    diagnostic::{Diagnostic, Result},
    graph::Graph,
};

/// The region of `--region`, of the stage, of the environment or of the profile: the first there
/// is. The two of the environment are in the order of Terraform's provider and of version 2 of
/// the command line; version 1 reads only the second.
pub(super) fn region(aws: &Aws, access: &Access, graph: &Graph) -> Result<String> {
    if let (Some(asked), Some(own)) = (&access.region, &graph.region)
        && asked != own
    {
        return Err(Diagnostic::new(format!(
            "stage `{}` belongs to region {own}, and `--region` asks for {asked}",
            graph.stage
        ))
        .help(format!("leave `--region` out, or change the region of the stage in {STAGE_FILE}"))
        .into());
    }
    let known = access
        .region
        .clone()
        .or_else(|| graph.region.clone())
        .or_else(|| variable("AWS_REGION"))
        .or_else(|| variable("AWS_DEFAULT_REGION"));
    if let Some(region) = known {
        return Ok(region);
    }
    // Exits with 1 and says nothing if there is none.
    match aws.text("configure", "get", &["region"]) {
        Ok(region) if !region.trim().is_empty() => Ok(region.trim().to_owned()),
        Err(refusal) if matches!(refusal.cause, Cause::NotInstalled | Cause::NoProfile) => {
            Err(refusal.into())
        }
        _ => Err(no_region(&graph.stage)),
    }
}

/// The endpoint that is configured for a service, where version 1 of the command line overlooks it:
/// it has names of its own for some services.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-endpoints.html>
pub(super) fn endpoint(service: &str) -> Option<String> {
    let own = match service {
        "rds" => "AWS_ENDPOINT_URL_RDS",
        "sqs" => "AWS_ENDPOINT_URL_SQS",
        _ => return None,
    };
    if variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value == "true") {
        return None;
    }
    variable(own).or_else(|| variable("AWS_ENDPOINT_URL"))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

const STAGE_FILE: &str = "esteira.toml";

fn no_region(stage: &str) -> crate::diagnostic::Failure {
    Diagnostic::new(format!("no region is set for stage `{stage}`"))
        .help(format!("pass `--region`, set AWS_REGION, or write `region = \"…\"` in {STAGE_FILE}"))
        .into()
}
