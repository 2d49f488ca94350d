//! Resources that others made: the stage file says which they are.

use esteira::manifest::Item;
use serde::Deserialize;
use toml::Spanned;

use super::Stage;
use crate::{
    diagnostic::{Diagnostic, Result},
    graph::{Node, place},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the `arn` of an existing resource")]
struct Entry {
    arn: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an empty table")]
struct Nothing {}

/// The node as it is, or, if it is `existing`, as the one of a service whose ARN the stage has.
///
/// # Errors
///
/// The stage file does not say which resource it is, or names one of another service, account or
/// region.
pub(crate) fn by_arn(
    node: Node,
    item: &Item,
    existing: bool,
    service: &str,
    stage: &Stage,
) -> Result<Node> {
    by_arn_unless(node, item, existing, service, stage, |_| None)
}

/// As [`by_arn`], unless something else is wrong with the ARN: then `mistake` says what, and what
/// to write instead.
///
/// # Errors
///
/// Those of [`by_arn`], and that mistake.
pub(crate) fn by_arn_unless(
    node: Node,
    item: &Item,
    existing: bool,
    service: &str,
    stage: &Stage,
    mistake: impl FnOnce(&str) -> Option<(String, String)>,
) -> Result<Node> {
    if !existing {
        return Ok(node);
    }
    let settings = stage.settings::<Entry>(item)?;
    let Some(arn) = &settings.values.arn else {
        return Err(missing(item, stage, &format!("arn = \"arn:aws:{service}:…\"")).into());
    };
    let mistaken = |message: String, help: String| {
        settings.mistake(message, arn.span()).at(place(&item.at), "for this").help(help)
    };
    let Some(name) = name_in(arn.get_ref(), service) else {
        let message = format!("`{}` is no ARN of {service}", arn.get_ref());
        let help = format!("write it whole: \"arn:aws:{service}:REGION:ACCOUNT:…\"");
        return Err(mistaken(message, help).into());
    };
    if let Some(message) = stage.elsewhere(arn.get_ref()) {
        let help = "name one of the stage's own account and region".to_owned();
        return Err(mistaken(message, help).into());
    }
    if let Some((message, help)) = mistake(arn.get_ref()) {
        return Err(mistaken(message, help).into());
    }
    Ok(Node { name, existing: Some(arn.get_ref().clone()), ..node })
}

/// As [`by_arn`], for a kind of which the stage file has nothing to say where it is made here.
///
/// # Errors
///
/// Those of [`by_arn`], and a setting of what is made here.
pub(crate) fn only_by_arn(
    node: Node,
    item: &Item,
    existing: bool,
    service: &str,
    stage: &Stage,
) -> Result<Node> {
    let node = by_arn(node, item, existing, service, stage)?;
    if node.is_created() {
        stage.settings::<Nothing>(item)?;
    }
    Ok(node)
}

/// An existing resource of which the stage file says too little; `example` is what to write.
pub(crate) fn missing(item: &Item, stage: &Stage, example: &str) -> Diagnostic {
    let name = item.name();
    Diagnostic::new(format!(
        "`{name}` is `existing`, and stage `{}` does not say which",
        stage.name
    ))
    .at(place(&item.at), "declared here")
    .help(format!("write in esteira.toml: [stage.{}.resources.{name}] {example}", stage.name))
}

/// The name at the end of an ARN of the service.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn name_in(arn: &str, service: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':');
    let whole = parts.next()? == "arn"
        && parts.next()?.starts_with("aws")
        && parts.next()? == service
        && !parts.next()?.is_empty()
        && parts.next()?.len() == 12;
    let name = parts.next()?.rsplit(['/', ':']).next()?;
    (whole && !name.is_empty()).then(|| name.to_owned())
}
