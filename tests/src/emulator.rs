//! ministack: AWS on this machine, which runs the built functions as processes; and beside it the
//! service that it lacks, a control plane of DMS.
//!
//! It ignores batch item failures, bisecting, retries and destinations of a Kinesis mapping, and
//! retries and dead-letter queues of a rule. No test may draw a conclusion about failures from it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use esteira_xtask::tools::process::Guard;
use serde_json::Value;
use tempfile::TempDir;

use crate::aws::Aws;
use crate::control_plane::ControlPlane;

/// The account that everything is created in.
pub const ACCOUNT: &str = "123456789012";

/// The region that everything is created in.
pub const REGION: &str = "us-east-1";

const LAUNCHER: &str = include_str!("emulator/launch.py");

/// A running emulator. It ends, with the functions that it runs, when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    endpoint: String,
    dms: ControlPlane,
    log: PathBuf,
    process: Guard,
    // Dropped last: the emulator unpacks functions into it.
    folder: TempDir,
}

impl Emulator {
    /// Starts the emulator on a free port and waits until it answers. It checks what functions
    /// call against the policies of their roles.
    ///
    /// # Errors
    ///
    /// It does not start; the end of its log is in the message.
    pub fn start(python: &Path) -> anyhow::Result<Self> {
        // Another program may take the port between our letting it go and the emulator's taking it.
        // One after the other: a free port stays free until its emulator listens on it.
        static STARTING: Mutex<()> = Mutex::new(());
        let _one = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = Self::try_start(python);
        for _ in 0..2 {
            if last.is_err() {
                last = Self::try_start(python);
            }
        }
        last
    }

    fn try_start(python: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("esteira-emulator-").tempdir()?;
        let launcher = folder.path().join("launch.py");
        fs::write(&launcher, LAUNCHER)?;
        let log = folder.path().join("log");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
        let endpoint = format!("http://127.0.0.1:{port}");
        let written = File::create(&log)?;
        let process = Command::new(python)
            .arg("-u")
            .arg(&launcher)
            // Functions inherit this environment, and Lambda has nothing of ours in it.
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("TMPDIR", folder.path())
            .env("AUTH", "true")
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", &port)
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("MINISTACK_ACCOUNT_ID", ACCOUNT)
            .env("AWS_ENDPOINT_URL", &endpoint)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(written.try_clone()?)
            .stderr(written)
            // The launcher ends its whole group when this process ends, however it ends.
            .process_group(0)
            .spawn()
            .with_context(|| python.display().to_string())?;
        let process = Guard(process);
        let dms = ControlPlane::start()?;
        let mut emulator = Self { endpoint, dms, log, process, folder };
        let end = Instant::now() + Duration::from_secs(60);
        while !emulator.aws().healthy() {
            if Instant::now() > end || emulator.process.0.try_wait()?.is_some() {
                bail!("ministack did not start\n{}", emulator.log());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(emulator)
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The control plane of DMS beside it.
    pub fn dms(&self) -> &ControlPlane {
        &self.dms
    }

    /// A client of it.
    pub fn aws(&self) -> Aws {
        Aws::new(&self.endpoint)
    }

    /// From now on CloudFormation fails to make or change a resource, by its logical id, with a
    /// text; or takes some seconds for it, with a number. What was wanted before is forgotten.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn fault(&self, faults: &Value) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.path().join("faults.json"), faults.to_string())?)
    }

    /// What it wrote, what functions wrote on their standard error included; at most the last
    /// 400 lines.
    pub fn log(&self) -> String {
        let text = fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(400)..].join("\n")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.process.stop(Duration::from_secs(5));
        if std::thread::panicking() {
            eprintln!("--- log of the emulator ---\n{}\n--- end of the log ---", self.log());
        }
    }
}
