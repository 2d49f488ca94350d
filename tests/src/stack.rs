//! Terraform with the real provider, pointed at the emulator.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_xtask::tools::{process, terraform};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::emulator::{Emulator, REGION};
use crate::suite::{Architecture, Output};

/// The services that generated infrastructure is made of, DMS aside.
const SERVICES: [&str; 14] = [
    "dynamodb",
    "ec2",
    "events",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "rds",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "sts",
];

/// Attributes that the emulator does not tell as they were set, so that every plan sets them anew.
const FORGOTTEN: [(&str, &str); 3] = [
    // Of a stream's tags it has `ListTagsForStream`; the provider asks `ListTagsForResource`.
    ("aws_kinesis_stream", "tags"),
    ("aws_kinesis_stream", "tags_all"),
    // A cluster's answer has an empty list of them, whatever it was created with.
    ("aws_rds_cluster", "enabled_cloudwatch_logs_exports"),
];

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
    /// Copies what was generated and initializes it. With an emulator the provider is pointed
    /// there; without one the copy is only good for validation.
    ///
    /// # Errors
    ///
    /// Terraform or its provider cannot be started, or finds a mistake.
    pub fn new(
        terraform: &Path,
        output: &Output,
        emulator: Option<&Emulator>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("esteira-terraform-").tempdir()?;
        output.copy_deployment(folder.path())?;
        fs::write(folder.path().join("cli.tfrc"), terraform::cli_config())?;
        let stack =
            Self { terraform: terraform.to_owned(), folder, architecture: output.architecture };
        if let Some(emulator) = emulator {
            // A file of this name is laid over what the others say.
            let overrides = stack.root().join("esteira_override.tf.json");
            let mut overridden = configuration(emulator.endpoint(), emulator.dms().endpoint());
            overridden["terraform"] =
                json!({ "backend": { "local": { "path": "terraform.tfstate" } } });
            fs::write(overrides, serde_json::to_string_pretty(&overridden)?)?;
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
        let config = self.folder.path().join("cli.tfrc");
        let mut command = command(&self.terraform, &self.root(), &config);
        command.args(arguments).env("TF_VAR_architecture", self.architecture.name());
        command
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let finished =
            process::output(&mut self.command(arguments), PATIENCE).context("terraform")?;
        ensure!(finished.success, "terraform {} failed\n{}", arguments.join(" "), finished.text);
        Ok(finished.text)
    }
}

/// Terraform in a folder, with that CLI configuration and no settings of a developer's own: these
/// must not lead it anywhere else.
pub(crate) fn command(terraform: &Path, folder: &Path, config: &Path) -> Command {
    let mut command = Command::new(terraform);
    command.current_dir(folder);
    let own = |name: &str| name.starts_with("AWS_") || name.starts_with("TF_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
        command.env_remove(name);
    }
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("TF_CLI_CONFIG_FILE", config)
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1");
    command
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

/// Whether the emulator is known to forget what this difference is about.
fn is_emulators_own(difference: &str) -> bool {
    let kind = difference.split('.').next();
    let attribute = difference.rsplit('.').next();
    FORGOTTEN.iter().any(|known| kind == Some(known.0) && attribute == Some(known.1))
}

/// What points the provider to an emulator, as a file that is laid over the configuration.
pub fn configuration(endpoint: &str, dms: &str) -> Value {
    let mut endpoints: serde_json::Map<String, Value> =
        SERVICES.iter().map(|it| ((*it).to_owned(), json!(endpoint))).collect();
    endpoints.insert("dms".into(), json!(dms));
    json!({
        "provider": { "aws": {
            "region": REGION,
            "skip_credentials_validation": true,
            "skip_metadata_api_check": true,
            "skip_region_validation": true,
            // The emulator has one address, and no other for each bucket.
            "s3_use_path_style": true,
            // More of them make a call that the emulator does not know hang for minutes.
            "max_retries": 5,
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

    #[test]
    fn only_what_the_emulator_forgets_may_differ() {
        assert!(is_emulators_own("aws_kinesis_stream.pedidos[0].tags_all"));
        for difference in
            ["aws_kinesis_stream.pedidos.shard_count", "aws_s3_bucket.x.tags", "aws_x.y: create"]
        {
            assert!(!is_emulators_own(difference), "{difference}");
        }
    }
}
