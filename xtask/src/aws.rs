//! AWS, through the user's own `aws` command line: their credentials, proxies and endpoints hold
//! without a word about them here, and no SDK is compiled before a first synth.

mod denial;
mod place;
mod refusal;
#[cfg(test)]
pub(crate) mod tests;

use std::{
    ffi::OsString,
    io::Write,
    process::{Command, Stdio},
    thread,
};

use clap::Args;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

pub(crate) use denial::Denial;
pub(crate) use refusal::{Cause, Refusal};

use crate::{
    diagnostic::{Diagnostic, Result},
    graph::Graph,
};

/// Where in AWS, and as whom.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct Access {
    /// The region [default: the stage's, else AWS_REGION, else the profile's]
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Option<String>,
    /// The profile of the `aws` command line [default: AWS_PROFILE]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

/// The `aws` command line in one region, as one identity. Cheap to share between threads.
#[derive(Debug, Clone)]
pub(crate) struct Aws {
    program: OsString,
    region: String,
    profile: Option<String>,
    /// The stage, and the only account it may be deployed to.
    stage: String,
    account: Option<String>,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Identity {
    /// 12 digits.
    pub(crate) account: String,
    /// Of the user, or of the role's session.
    pub(crate) arn: String,
}

impl Identity {
    /// `aws` in most regions, `aws-cn` in those of China.
    pub(crate) fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }
}

impl Aws {
    /// The command line for a stage. Nothing is called yet, but to find the region of a profile.
    ///
    /// # Errors
    ///
    /// No region is set, or another than the stage's; the command line is not installed.
    pub(crate) fn new(access: &Access, graph: &Graph) -> Result<Self> {
        Self::with("aws".into(), access, graph)
    }

    fn with(program: OsString, access: &Access, graph: &Graph) -> Result<Self> {
        let mut aws = Self {
            program,
            region: String::new(),
            profile: access.profile.clone(),
            stage: graph.stage.clone(),
            account: graph.account.clone(),
        };
        aws.region = place::region(&aws, access, graph)?;
        Ok(aws)
    }

    /// The region that is called, as `sa-east-1`.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// What other programs (Terraform) need in their environment to call as the same identity.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let region = ["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| (name, self.region.as_str()));
        region.into_iter().chain(self.profile.as_deref().map(|name| ("AWS_PROFILE", name)))
    }

    /// What they must not have in it: where a profile is chosen, the `aws` command line passes over
    /// the credentials of the environment, which others prefer.
    pub(crate) fn passed_over(&self) -> &'static [&'static str] {
        const CREDENTIALS: [&str; 5] = [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_ROLE_ARN",
        ];
        if self.profile.is_some() { &CREDENTIALS } else { &[] }
    }

    /// Who calls.
    ///
    /// # Errors
    ///
    /// AWS refuses the credentials, or they are another account's than the stage's. One call that
    /// needs no permission, so what has to be right before anything is changed is right.
    pub(crate) fn identity(&self) -> Result<Identity> {
        let identity: Identity = self.read("sts", "get-caller-identity", &[])?;
        match &self.account {
            Some(account) if *account != identity.account => Err(Diagnostic::new(format!(
                "stage `{}` belongs to account {account}, and these credentials to {}",
                self.stage, identity.account
            ))
            .help(format!(
                "`{}` is called; give credentials of {account}, for instance with `--profile`",
                identity.arn
            ))
            .into()),
            _ => Ok(identity),
        }
    }

    /// Calls an operation, such as `kinesis` `describe-stream-summary`, and gives its answer;
    /// `Null` if it has none.
    ///
    /// # Errors
    ///
    /// AWS refuses it, or it could not be called at all.
    pub(crate) fn call<A: AsRef<str>>(
        &self,
        service: &str,
        operation: &str,
        arguments: &[A],
    ) -> Result<Value, Refusal> {
        let answer = self.text(service, operation, arguments)?;
        let answer = answer.trim();
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(answer).map_err(|error| {
            Refusal::other(service, operation, &format!("its answer is no JSON: {error}"))
        })
    }

    /// As [`call`](Self::call), for an answer whose form is known.
    ///
    /// # Errors
    ///
    /// Those of `call`, and an answer of another form.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        service: &str,
        operation: &str,
        arguments: &[&str],
    ) -> Result<T, Refusal> {
        serde_json::from_value(self.call(service, operation, arguments)?).map_err(|error| {
            Refusal::other(service, operation, &format!("its answer is not understood: {error}"))
        })
    }

    /// What an operation prints. Its high-level relatives, such as `s3 rm`, print no JSON.
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call).
    pub(crate) fn text<A: AsRef<str>>(
        &self,
        service: &str,
        operation: &str,
        arguments: &[A],
    ) -> Result<String, Refusal> {
        self.text_with_input(service, operation, arguments, &[])
    }

    /// As [`text`](Self::text), with something on its standard input.
    ///
    /// # Errors
    ///
    /// Those of [`call`](Self::call).
    pub(crate) fn text_with_input<A: AsRef<str>>(
        &self,
        service: &str,
        operation: &str,
        arguments: &[A],
        input: &[u8],
    ) -> Result<String, Refusal> {
        let mut command = self.command(service, operation);
        let output = command
            .args(arguments.iter().map(AsRef::as_ref))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                let mut stdin = child.stdin.take();
                thread::scope(|scope| {
                    scope.spawn(move || {
                        // One that does not want it has closed the pipe.
                        stdin.as_mut().map(|stdin| stdin.write_all(input));
                    });
                    child.wait_with_output()
                })
            })
            .map_err(|error| Refusal::not_started(service, operation, &error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        // One that was ended by a signal has said nothing.
        match said.trim() {
            "" => Err(Refusal::other(service, operation, &format!("it ended: {}", output.status))),
            said => Err(Refusal::new(service, operation, said)),
        }
    }

    /// Whether AWS answers at all, be it with a refusal. Known within half a minute.
    pub(crate) fn answers(&self) -> bool {
        let (service, operation) = ("sts", "get-caller-identity");
        let mut command = self.command(service, operation);
        command.args(["--cli-read-timeout", "10"]).env("AWS_MAX_ATTEMPTS", "1");
        // What keeps it from being called says nothing of AWS.
        let Ok(output) = command.stdin(Stdio::null()).output() else { return true };
        let said = String::from_utf8_lossy(&output.stderr);
        output.status.success()
            || Refusal::new(service, operation, &said).cause != Cause::Unreachable
    }

    /// The command, without the operation's own arguments.
    ///
    /// Both versions of the command line take all of this: version 1 knows no `--no-cli-pager`,
    /// and no variable is unknown to either.
    /// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html>
    fn command(&self, service: &str, operation: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args([service, operation, "--output", "json", "--color", "off"]);
        // Ten seconds rather than sixty: a proxy that swallows everything is soon known.
        command.args(["--cli-connect-timeout", "10"]);
        if !self.region.is_empty() {
            command.args(["--region", &self.region]);
        }
        if let Some(profile) = &self.profile {
            command.args(["--profile", profile]);
        }
        if let Some(endpoint) = place::endpoint(service) {
            command.args(["--endpoint-url", &endpoint]);
        }
        command.env("AWS_PAGER", "").env("AWS_CLI_AUTO_PROMPT", "off");
        // Newer ones write errors in other forms too, as the user's configuration says.
        command.env("AWS_CLI_ERROR_FORMAT", "legacy");
        command
    }
}
