//! What a handler asks for by an `allow`, since no handle stands for it.

use esteira_manifest::{Allow, Kind, On};

use super::{Effect, Origin, Resource, Statement};
use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{Index, Target, place, upper_camel},
};

/// The declared resource that an `allow` is about; none if it is about an ARN.
pub(crate) fn target(allow: &Allow, index: &Index<'_>) -> Result<Option<Target>, Diagnostic> {
    match &allow.on {
        On::Resource(id) => resolve(id, place(&allow.at), index).map(Some),
        On::Arn(_) => Ok(None),
    }
}

fn resolve(id: &str, at: Place, index: &Index<'_>) -> Result<Target, Diagnostic> {
    match index.kind(id) {
        Some(Kind::Stream(_)) => index.resolve(&index.streams, id, at).map(Target::Stream),
        Some(Kind::Bus(_)) => index.resolve(&index.buses, id, at).map(Target::Bus),
        Some(Kind::Topic(_)) => index.resolve(&index.topics, id, at).map(Target::Topic),
        Some(Kind::KmsKey(_)) => index.resolve(&index.kms_keys, id, at).map(Target::KmsKey),
        _ => index.resolve(&index.tables, id, at).map(Target::Table),
    }
}

/// The service of an action: what it begins with.
pub(crate) fn service(action: &str) -> &str {
    action.split_once(':').map_or(action, |(service, _)| service)
}

/// The service whose actions can be about a resource that an `allow` names.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
pub(crate) fn service_of(target: Target) -> Option<&'static str> {
    match target {
        Target::Stream(_) => Some("kinesis"),
        Target::Bus(_) => Some("events"),
        Target::Table(_) => Some("dynamodb"),
        Target::Topic(_) => Some("sns"),
        Target::KmsKey(_) => Some("kms"),
        _ => None,
    }
}

/// The statement of an `allow`.
pub(super) fn statement(allow: &Allow, index: &Index<'_>) -> Result<Statement, Diagnostic> {
    let at = place(&allow.at);
    let (name, resource) = match &allow.on {
        On::Resource(id) => {
            let target = resolve(id, at.clone(), index)?;
            (id.rsplit("::").next().unwrap_or_default(), Resource::One(target.arn()))
        }
        On::Arn(arn) => ("", Resource::Written(arn.to_string())),
    };
    Ok(Statement {
        sid: upper_camel(&format!("allow_{name}")),
        effect: Effect::Allow,
        actions: allow.actions.to_vec(),
        resource,
        condition: None,
        origin: Origin::Allow { at },
    })
}
