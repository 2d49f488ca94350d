//! A workspace as a user has one, on which the tool is run against an emulator.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_xtask::tools::{process, terraform};
use serde_json::Value;

use crate::emulator::{Emulator, REGION};
use crate::{stack, tool};

/// A deploy takes minutes, of waits built into Terraform's provider; on a machine that is busy with
/// other things several times that.
const PATIENCE: Duration = Duration::from_secs(1200);

/// An application in a workspace of its own, with what the tool needs to run on it.
#[derive(Debug, Clone)]
pub struct Project<'a> {
    folder: PathBuf,
    /// This repository's, as it was when the test began.
    tool: PathBuf,
    stage: &'static str,
    emulator: &'a Emulator,
    /// Where AWS is: the emulator, or what lies before it.
    endpoint: String,
    /// Programs before all others: those that the suite has set up.
    programs: Vec<PathBuf>,
    credentials: Credentials,
}

/// Who calls AWS.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// Nobody.
    None,
    /// A key and its secret.
    Key(String, String),
}

/// How a command of the tool ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote on stdout.
    pub out: String,
    /// What it wrote on stderr.
    pub err: String,
}

impl<'a> Project<'a> {
    /// A folder to run the tool in, for an application that lies elsewhere.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn bare(
        folder: PathBuf,
        emulator: &'a Emulator,
        programs: &[&Path],
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("cli.tfrc"), terraform::cli_config())?;
        let programs =
            programs.iter().filter_map(|it| it.parent()).map(Path::to_owned).collect::<Vec<_>>();
        let credentials = Credentials::Key("test".into(), "test".into());
        let tool = folder.join("cargo-esteira");
        fs::copy(tool::build()?, &tool)?;
        let endpoint = emulator.endpoint().to_owned();
        Ok(Self { folder, tool, stage: "dev", emulator, endpoint, programs, credentials })
    }

    /// Writes an application that depends on this repository's esteira. What was compiled of an
    /// earlier one in that folder is kept, its state is not.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn new(
        folder: PathBuf,
        source: &str,
        stages: &str,
        emulator: &'a Emulator,
        programs: &[&Path],
    ) -> anyhow::Result<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no parent")?;
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"small\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [package.metadata.esteira]\napp = true\n\n\
             [features]\nlambda = [\"esteira/aws\"]\n\n\
             [dependencies]\nesteira = {{ path = {:?} }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n\n[workspace]\n",
            repository.join("runtime")
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        // The same versions as here, so that nothing has to be fetched.
        fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::write(folder.join("esteira.toml"), stages)?;
        let project = Self::bare(folder, emulator, programs)?;
        project.write(source)?;
        project.forget()?;
        Ok(project)
    }

    /// Forgets everything that was deployed, and points Terraform to the emulator.
    ///
    /// # Errors
    ///
    /// It cannot be removed, or written.
    pub fn forget(&self) -> anyhow::Result<()> {
        let state = self.folder.join(".esteira");
        if state.exists() {
            fs::remove_dir_all(&state)?;
        }
        self.point_terraform()
    }

    /// The same, reaching AWS by another way.
    ///
    /// # Errors
    ///
    /// Terraform cannot be told.
    pub fn through(&self, endpoint: &str) -> anyhow::Result<Self> {
        let project = Self { endpoint: endpoint.to_owned(), ..self.clone() };
        project.point_terraform()?;
        Ok(project)
    }

    /// Points the provider of Terraform to the endpoint.
    fn point_terraform(&self) -> anyhow::Result<()> {
        let terraform = self.state().join("terraform");
        fs::create_dir_all(&terraform)?;
        let configuration = stack::configuration(&self.endpoint, self.emulator.dms().endpoint());
        let file = terraform.join("esteira_override.tf.json");
        Ok(fs::write(file, serde_json::to_string_pretty(&configuration)?)?)
    }

    /// The same, on behalf of somebody else.
    #[must_use]
    pub fn calling_as(&self, credentials: Credentials) -> Self {
        Self { credentials, ..self.clone() }
    }

    /// The same, in another stage.
    #[must_use]
    pub fn in_stage(&self, stage: &'static str) -> Self {
        Self { stage, ..self.clone() }
    }

    /// Replaces the code.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write(&self, source: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.join("src/lib.rs"), source)?)
    }

    /// Puts a zip into the place of a built function. The emulator starts none of them here.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn zip(&self, handler: &str, content: &str) -> anyhow::Result<()> {
        let folder = self.folder.join("target/esteira/small").join(self.stage).join("lambda");
        zip(&folder.join(format!("{handler}.zip")), content)
    }

    /// The folder that Terraform works in, and its lock.
    pub fn state(&self) -> PathBuf {
        self.folder.join(".esteira").join(self.stage)
    }

    /// Runs a command of the tool.
    ///
    /// # Errors
    ///
    /// It cannot be started, or does not end.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Ran> {
        let err = self.folder.join("stderr");
        let mut command = self.command(arguments);
        // Two streams, of which `process` would make one.
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$@\" 2>\"$ERR\"", "sh"]).arg(command.get_program());
        shell.args(command.get_args()).current_dir(&self.folder).env("ERR", &err);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        command = shell;
        let finished = process::output(&mut command, PATIENCE)?;
        let err = fs::read_to_string(&err)?;
        Ok(Ran { code: finished.code, out: finished.text, err })
    }

    /// Starts a command of the tool in a process group of its own.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(&self, arguments: &[&str]) -> anyhow::Result<Child> {
        let log = File::create(self.folder.join("started.log"))?;
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        command.spawn().context("the tool")
    }

    /// What a command that was started has written.
    pub fn started_log(&self) -> String {
        fs::read_to_string(self.folder.join("started.log")).unwrap_or_default()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.tool);
        command
            .args(arguments)
            .args(["--no-color", "--stage", self.stage])
            .current_dir(&self.folder);
        let own = |name: &str| name.starts_with("AWS_") || name.starts_with("TF_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
            command.env_remove(name);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = self.programs.iter().cloned().chain(std::env::split_paths(&path));
        command
            .env("PATH", std::env::join_paths(path).unwrap_or_default())
            .env("TF_CLI_CONFIG_FILE", self.folder.join("cli.tfrc"))
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", self.emulator.dms().endpoint())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", self.folder.join("no-config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.folder.join("no-credentials"))
            .env("AWS_REGION", REGION);
        if let Credentials::Key(key, secret) = &self.credentials {
            command.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", secret);
        }
        command
    }
}

impl Ran {
    /// The data that it wrote, if it succeeded.
    ///
    /// # Errors
    ///
    /// It failed, or wrote no JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        ensure!(self.code == Some(0), "{self:?}");
        serde_json::from_str(&self.out).with_context(|| self.out.clone())
    }

    /// What it says is wrong.
    ///
    /// # Errors
    ///
    /// It did not fail.
    pub fn failure(&self) -> anyhow::Result<&str> {
        ensure!(self.code == Some(1), "{self:?}");
        Ok(self.err.split_once("error: ").map_or("", |(_, said)| said))
    }
}

/// Writes a zip with a `bootstrap` that no emulator has to start.
///
/// # Errors
///
/// It cannot be written.
pub fn zip(file: &Path, content: &str) -> anyhow::Result<()> {
    fs::create_dir_all(file.parent().context("no folder")?)?;
    let python = "import sys, zipfile; \
                  zipfile.ZipFile(sys.argv[1], 'w').writestr('bootstrap', sys.argv[2])";
    let mut command = Command::new("python3");
    command.args(["-c", python]).arg(file).arg(content);
    let finished = process::output(&mut command, PATIENCE)?;
    ensure!(finished.success, "no zip: {}", finished.text);
    Ok(())
}
