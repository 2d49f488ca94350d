//! The user's `terraform`, or `tofu`.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Result},
    tools,
};

/// What the generated configuration is written for.
const LEAST: (u32, u32) = (1, 3);

/// Terraform, or OpenTofu, which forked from its version 1.5.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) path: PathBuf,
    /// `terraform` or `tofu`.
    pub(super) name: &'static str,
}

impl Program {
    /// The first on the `PATH` that is new enough.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn find() -> Result<Self> {
        let mut old = None;
        for name in ["terraform", "tofu"] {
            let Some(path) = tools::on_path(name) else { continue };
            let version = version(&path);
            match version.as_deref().and_then(parse) {
                Some(found) if found >= LEAST => return Ok(Self { path, name }),
                _ => {
                    let shown = version.unwrap_or_else(|| "of a version it does not tell".into());
                    old.get_or_insert((path, shown));
                }
            }
        }
        let message = match old {
            None => "Terraform is not installed".to_owned(),
            Some((path, version)) => {
                format!("{} is {version}, and 1.3.0 or later is needed", path.display())
            }
        };
        Err(Diagnostic::new(message).help(ADVICE).into())
    }
}

const ADVICE: &str = "install Terraform 1.3.0 or later \
                      (https://developer.hashicorp.com/terraform/install) or OpenTofu \
                      (https://opentofu.org/docs/intro/install/) and have it on the PATH, or deploy \
                      with `--backend cloudformation`";

fn version(path: &PathBuf) -> Option<String> {
    let output = Command::new(path)
        .args(["version", "-json"])
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said: Value = serde_json::from_slice(&output.stdout).ok()?;
    said["terraform_version"].as_str().map(str::to_owned)
}

/// The first two numbers of `1.11.4` or `1.12.0-beta1`.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, enough) in
            [("1.2.9", false), ("1.3.0", true), ("1.12.0-beta1", true), ("0.15.5", false)]
        {
            assert_eq!(parse(version).unwrap() >= LEAST, enough, "{version}");
        }
        assert_eq!(parse("unknown"), None);
    }
}
