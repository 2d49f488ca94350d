//! Terraform with the real provider, pointed at the emulator.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_xtask::tools::{process, terraform};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::emulator::REGION;
use crate::suite::{Architecture, Output};

/// The services that generated infrastructure is made of.
const SERVICES: [&str; 10] =
    ["dynamodb", "events", "iam", "kinesis", "kms", "lambda", "logs", "sns", "sqs", "sts"];

/// Changing every resource of an application may take a few minutes, of waits built into the
/// provider.
const PATIENCE: Duration = Duration::from_secs(600);

/// A copy of an application's generated Terraform, in a folder of its own.
#[derive(Debug)]
pub struct Stack {
    terraform: PathBuf,
    folder: TempDir,
    architecture: Architecture,
}

impl Stack {
    /// Copies what was generated and initializes it. With an endpoint the provider is pointed
    /// there; without one the copy is only good for validation.
    ///
    /// # Errors
    ///
    /// Terraform or its provider cannot be started, or finds a mistake.
    pub fn new(terraform: &Path, output: &Output, endpoint: Option<&str>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("esteira-terraform-").tempdir()?;
        output.copy_deployment(folder.path())?;
        fs::write(folder.path().join("cli.tfrc"), terraform::cli_config())?;
        let stack =
            Self { terraform: terraform.to_owned(), folder, architecture: output.architecture };
        if let Some(endpoint) = endpoint {
            // A file of this name is laid over what the others say.
            let overrides = stack.root().join("esteira_override.tf.json");
            fs::write(overrides, serde_json::to_string_pretty(&configuration(endpoint))?)?;
        }
        stack.run(&["init", "-input=false", "-no-color"])?;
        Ok(stack)
    }

    /// Checks the configuration against the provider's schemas.
    ///
    /// # Errors
    ///
    /// Terraform finds a mistake or has a warning.
    pub fn validate(&self) -> anyhow::Result<()> {
        let text = self.run(&["validate", "-no-color"])?;
        ensure!(!text.contains("Warning"), "{text}");
        Ok(())
    }

    /// Creates everything.
    ///
    /// # Errors
    ///
    /// The emulator refuses something.
    pub fn apply(&self) -> anyhow::Result<String> {
        self.run(&["apply", "-auto-approve", "-input=false", "-no-color"])
    }

    /// What another apply would change, as `address.attribute`; empty if nothing.
    ///
    /// # Errors
    ///
    /// Terraform fails.
    pub fn drift(&self) -> anyhow::Result<Vec<String>> {
        self.run(&["plan", "-out=again.tfplan", "-input=false", "-no-color"])?;
        let shown = self.run(&["show", "-json", "again.tfplan"])?;
        let json = shown.lines().find(|line| line.starts_with('{')).context("no JSON")?;
        let plan: Value = serde_json::from_str(json)?;
        let changes = plan["resource_changes"].as_array().into_iter().flatten();
        Ok(changes.flat_map(differences).filter(|it| !is_emulators_own(it)).collect())
    }

    /// Removes everything.
    ///
    /// # Errors
    ///
    /// The emulator refuses something.
    pub fn destroy(&self) -> anyhow::Result<String> {
        self.run(&["destroy", "-auto-approve", "-input=false", "-no-color"])
    }

    /// What Terraform believes to exist.
    ///
    /// # Errors
    ///
    /// Terraform fails.
    pub fn resources(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.run(&["state", "list"])?.lines().map(str::to_owned).collect())
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("terraform")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.terraform);
        command.args(arguments).current_dir(self.root());
        // A developer's own settings must not lead these calls anywhere else.
        let own = |name: &str| name.starts_with("AWS_") || name.starts_with("TF_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
            command.env_remove(name);
        }
        command
            .env("TF_CLI_CONFIG_FILE", self.folder.path().join("cli.tfrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_VAR_architecture", self.architecture.name())
            .env("CHECKPOINT_DISABLE", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let finished =
            process::output(&mut self.command(arguments), PATIENCE).context("terraform")?;
        ensure!(finished.success, "terraform {} failed\n{}", arguments.join(" "), finished.text);
        Ok(finished.text)
    }
}

/// The attributes that one resource's planned change would alter.
fn differences(change: &Value) -> Vec<String> {
    let address = change["address"].as_str().unwrap_or_default();
    let (before, after) = (&change["change"]["before"], &change["change"]["after"]);
    match change["change"]["actions"][0].as_str() {
        Some("no-op" | "read") => Vec::new(),
        Some("update") => {
            let names = after.as_object().into_iter().flatten().map(|(name, _)| name);
            names
                .filter(|name| before[name.as_str()] != after[name.as_str()])
                .map(|name| format!("{address}.{name}"))
                .collect()
        }
        action => vec![format!("{address}: {}", action.unwrap_or("unknown action"))],
    }
}

/// The emulator does not keep the tags of a stream.
fn is_emulators_own(difference: &str) -> bool {
    difference.starts_with("aws_kinesis_stream.")
        && (difference.ends_with(".tags") || difference.ends_with(".tags_all"))
}

fn configuration(endpoint: &str) -> Value {
    let endpoints: serde_json::Map<String, Value> =
        SERVICES.iter().map(|service| ((*service).to_owned(), json!(endpoint))).collect();
    json!({
        "terraform": { "backend": { "local": { "path": "terraform.tfstate" } } },
        "provider": { "aws": {
            "region": REGION,
            "access_key": "test",
            "secret_key": "test",
            "skip_credentials_validation": true,
            "skip_metadata_api_check": true,
            "skip_region_validation": true,
            // More of them make a call that the emulator does not know hang for minutes.
            "max_retries": 2,
            "endpoints": [endpoints],
        } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_attribute_is_a_difference() {
        let change = |action: &str, before: Value, after: Value| {
            differences(&json!({
                "address": "aws_x.y",
                "change": { "actions": [action], "before": before, "after": after },
            }))
        };
        assert!(change("no-op", json!({ "a": 1 }), json!({ "a": 1 })).is_empty());
        assert_eq!(
            change("update", json!({ "a": 1, "b": 1 }), json!({ "a": 2, "b": 1 })),
            ["aws_x.y.a"]
        );
        assert_eq!(change("create", Value::Null, json!({ "a": 1 })), ["aws_x.y: create"]);
    }
}
