//! What a stage says of a cluster that others made.

use std::ops::RangeInclusive;

use esteira_manifest as manifest;
use serde::Deserialize;
use toml::Spanned;

use super::PORT;
use crate::{
    diagnostic::{Diagnostic, Result},
    graph::index::Entry,
    stage::{Settings, Stage, existing},
};

/// The ports that a cluster may listen on
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html>).
const PORTS: RangeInclusive<u32> = 1150..=65_535;

/// The secret with which DMS signs in to a cluster of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) arn: String,
    /// The ARN of the customer managed key that it is encrypted with, if it is.
    pub(crate) key: Option<String>,
}

/// A cluster of others.
pub(super) struct Existing {
    pub(super) secret: Secret,
    pub(super) group: String,
    pub(super) port: u16,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a cluster")]
struct InStage {
    secret_arn: Option<Spanned<String>>,
    secret_kms_key_arn: Option<Spanned<String>>,
    security_group: Option<Spanned<String>>,
    port: Option<Spanned<u32>>,
}

impl Existing {
    pub(super) fn new(entry: Entry<'_, manifest::Aurora>, stage: &Stage) -> Result<Self> {
        let settings: Settings<InStage> = stage.settings(entry.item)?;
        let InStage { secret_arn, secret_kms_key_arn, security_group, port } = &settings.values;
        let (Some(arn), Some(group)) = (secret_arn, security_group) else {
            let example = "secret_arn = \"arn:aws:secretsmanager:…\", security_group = \"sg-…\"";
            return Err(existing::missing(entry.item, stage, example).into());
        };
        let mistake = |message: String, of: &Spanned<String>, help: &str| {
            settings.mistake(message, of.span()).at(entry.place(), "for this").help(help)
        };
        let no = |what: &str, of: &Spanned<String>, help: &str| -> Result<String, Diagnostic> {
            Err(mistake(format!("`{}` is no {what}", of.get_ref()), of, help))
        };
        let key = |key: &Spanned<String>| match key.get_ref() {
            arn if is_key(arn) => Ok(arn.clone()),
            _ => {
                no("ARN of a KMS key", key, "write it whole: \"arn:aws:kms:REGION:ACCOUNT:key/…\"")
            }
        };
        let arn = match arn.get_ref() {
            text if !is_secret(text) => no(
                "ARN of a secret",
                arn,
                "write it whole, with the six letters that AWS put at its end: \
                 \"arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-…\"",
            )?,
            text => match stage.elsewhere(text) {
                Some(message) => {
                    let help = "name one of the stage's own account and region";
                    return Err(mistake(message, arn, help).into());
                }
                None => text.clone(),
            },
        };
        let group = existing::id(&settings, group, "sg-", entry.place())?;
        let port = settings.number("port", port.as_ref(), PORTS, entry.place())?;
        Ok(Self {
            secret: Secret { arn, key: secret_kms_key_arn.as_ref().map(key).transpose()? },
            group,
            port: port.and_then(|port| port.try_into().ok()).unwrap_or(PORT),
        })
    }
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>
fn is_secret(arn: &str) -> bool {
    let Some(name) = resource(arn, "secretsmanager").and_then(|r| r.strip_prefix("secret:")) else {
        return false;
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    // By a part of its ARN a policy would not find it.
    name.chars().all(allowed)
        && name.rsplit_once('-').is_some_and(|(name, random)| {
            !name.is_empty() && random.len() == 6 && random.chars().all(|c| c.is_alphanumeric())
        })
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN>
fn is_key(arn: &str) -> bool {
    let id = resource(arn, "kms").and_then(|resource| resource.strip_prefix("key/"));
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    id.is_some_and(|id| !id.is_empty() && id.chars().all(allowed))
}

/// What the ARN of a service ends in, which may have colons.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn resource<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", partition, of, region, account, resource] = parts[..] else { return None };
    let account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let whole = partition.starts_with("aws") && of == service && !region.is_empty() && account;
    whole.then_some(resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_by_its_whole_arn() {
        assert!(is_secret("arn:aws:secretsmanager:sa-east-1:123456789012:secret:loja/dms-AbCd12"));
        for other in [
            "arn:aws:secretsmanager:sa-east-1:123456789012:secret:loja",
            "arn:aws:secretsmanager:sa-east-1:123456789012:secret:-AbCd12",
            "arn:aws:secretsmanager:sa-east-1:123456789012:secret:*-AbCd12",
            "arn:aws:secretsmanager::123456789012:secret:loja-AbCd12",
            "arn:aws:secretsmanager:sa-east-1:1234:secret:loja-AbCd12",
            "arn:aws:ssm:sa-east-1:123456789012:secret:loja-AbCd12",
            "arn:aws:rds:sa-east-1:123456789012:cluster:loja",
            "loja-AbCd12",
        ] {
            assert!(!is_secret(other), "{other}");
        }
    }

    #[test]
    fn a_key_is_named_by_its_arn_and_not_its_alias() {
        assert!(is_key("arn:aws:kms:sa-east-1:123456789012:key/mrk-1a"));
        for other in ["arn:aws:kms:sa-east-1:123456789012:alias/x", "key/1a", ""] {
            assert!(!is_key(other), "{other}");
        }
    }
}
