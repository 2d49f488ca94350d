//! What `cargo xtask test` prepares for the tests that need built functions and tools.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use esteira::manifest::{Idempotent, Kind, Manifest, environment_variable};
use esteira_xtask::tools::{self, Tool};

/// The environment variable that names the folder of what was synthesized and built:
/// `<architecture>/<application>/`, each as `synth` and `build` write it.
pub const OUTPUT: &str = "ESTEIRA_TEST_OUTPUT";

/// The environment variable that names the folder in which tools are set up.
pub const TOOLS: &str = "ESTEIRA_TEST_TOOLS";

/// The environment variable that names a file to which each skip adds a line.
pub const SKIPS: &str = "ESTEIRA_TEST_SKIPS";

/// The applications of this workspace.
pub const APPLICATIONS: [&str; 2] = ["pipeline", "sensors"];

/// The folders that `cargo xtask test` prepared.
#[derive(Debug, Clone)]
pub struct Suite {
    output: PathBuf,
    tools: PathBuf,
}

/// The processor that functions are built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// What functions run on by default.
    Arm64,
    /// What the tests of this project run on.
    X86_64,
}

impl Architecture {
    /// Its name on the command line and in the output folder.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Arm64 => "arm64",
            Architecture::X86_64 => "x86_64",
        }
    }
}

/// One application, synthesized and built.
#[derive(Debug, Clone)]
pub struct Output {
    /// The folder with `manifest.json`, `terraform/`, `cloudformation/` and `lambda/`.
    pub folder: PathBuf,
    /// What its functions were built for.
    pub architecture: Architecture,
}

impl Suite {
    /// What was prepared; none, and a skip, for a test that somebody starts alone.
    ///
    /// # Panics
    ///
    /// If nothing was prepared in continuous integration.
    pub fn prepared() -> Option<Self> {
        let folder = |name| std::env::var_os(name).map(PathBuf::from);
        match (folder(OUTPUT), folder(TOOLS)) {
            (Some(output), Some(tools)) => Some(Self { output, tools }),
            _ => {
                skip("nothing was built for it; run `cargo xtask test`");
                None
            }
        }
    }

    /// The program of a tool; none, and a skip, if it is missing and cannot be set up.
    ///
    /// # Panics
    ///
    /// If it is missing in continuous integration.
    pub fn tool(&self, tool: &Tool) -> Option<PathBuf> {
        match tool.ensure(&self.tools) {
            Ok(program) => Some(program),
            Err(failure) => {
                skip(&failure.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
                None
            }
        }
    }

    /// The folder of the applications that are generated, which keeps what was compiled of them.
    pub fn generated(&self) -> PathBuf {
        self.output.join("generated")
    }

    /// The folder of a workspace that tests write, which keeps what was compiled of it.
    pub fn workspace(&self, name: &str) -> PathBuf {
        self.output.join(name)
    }

    /// An application's output folder.
    pub fn output(&self, application: &str, architecture: Architecture) -> Output {
        Output { folder: self.output.join(architecture.name()).join(application), architecture }
    }
}

impl Output {
    /// What the application declares.
    ///
    /// # Errors
    ///
    /// The file is missing or of another version.
    pub fn manifest(&self) -> anyhow::Result<Manifest> {
        let file = self.folder.join("manifest.json");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        serde_json::from_str(&text).with_context(|| file.display().to_string())
    }

    /// The folder with one folder and one zip a handler.
    pub fn lambda(&self) -> PathBuf {
        self.folder.join("lambda")
    }

    /// The executable of a handler, by the name of its function in the source.
    pub fn bootstrap(&self, handler: &str) -> PathBuf {
        self.lambda().join(handler).join("bootstrap")
    }

    /// What starts a handler's function: its program, with the name of every resource of the
    /// application in the environment, and nothing else there.
    ///
    /// # Errors
    ///
    /// The manifest cannot be read.
    pub fn function(&self, handler: &str) -> anyhow::Result<Command> {
        let mut command = Command::new(self.bootstrap(handler));
        command.env_clear().envs(resources(&self.manifest()?));
        Ok(command)
    }

    /// Copies what a deployment needs, as it lies relative to each other: `terraform/` and the
    /// zips.
    ///
    /// # Errors
    ///
    /// A folder is missing or cannot be written.
    pub fn copy_deployment(&self, to: &Path) -> anyhow::Result<()> {
        for (folder, kind) in [("terraform", None), ("lambda", Some("zip"))] {
            let target = to.join(folder);
            std::fs::create_dir_all(&target)?;
            let source = self.folder.join(folder);
            if kind.is_some() && !source.exists() {
                continue;
            }
            for entry in std::fs::read_dir(&source).with_context(|| source.display().to_string())? {
                let path = entry?.path();
                let wanted = kind.is_none_or(|kind| path.extension().is_some_and(|it| it == kind));
                if let (true, true, Some(name)) = (wanted, path.is_file(), path.file_name()) {
                    std::fs::copy(&path, target.join(name))?;
                }
            }
        }
        Ok(())
    }
}

/// The environment variables by which functions know resources, the table that remembers what was
/// done among them.
pub fn resources(manifest: &Manifest) -> impl Iterator<Item = (String, String)> {
    let declared = manifest.items.iter().filter_map(|item| {
        let name = match &item.kind {
            Kind::Bus(bus) => bus.name.to_string(),
            Kind::Table(table) => table.name.to_string(),
            Kind::Topic(topic) => {
                let end = if topic.fifo { ".fifo" } else { "" };
                format!("arn:aws:sns:us-east-1:123456789012:{}{end}", topic.name)
            }
            _ => return None,
        };
        Some((environment_variable(&item.id), name))
    });
    let own = (environment_variable(Idempotent::TABLE), "Idempotency".to_owned());
    declared.chain([own])
}

/// Says that a test is not run and why, where `cargo xtask test` counts it.
///
/// # Panics
///
/// In continuous integration, where everything has to be there.
pub fn skip(why: &str) {
    let name = std::thread::current().name().unwrap_or("test").to_owned();
    assert!(!tools::is_ci(), "{name} cannot be skipped in continuous integration: {why}");
    eprintln!("skipped {name}: {why}");
    if let Some(file) = std::env::var_os(SKIPS) {
        let line = format!("{name}: {}\n", why.replace('\n', " "));
        let written = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&file)
            .and_then(|mut it| it.write_all(line.as_bytes()));
        assert!(written.is_ok(), "{}: {written:?}", Path::new(&file).display());
    }
}
