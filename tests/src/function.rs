//! A function as Lambda runs it: a process that lives through many invocations.

use std::fs::{self, File};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use esteira_xtask::tools::process::Guard;
pub use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::runtime_api::{Done, Invocation, Pending, RuntimeApi};

/// How much longer than its own time an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether the process still lives.
const LOOK: Duration = Duration::from_millis(20);

/// A running function. It ends when this is dropped.
#[derive(Debug)]
pub struct Function {
    process: Mutex<Guard>,
    api: RuntimeApi,
    started: Instant,
    // What the function writes goes to files: once an answer is there, so is all that was written
    // before it.
    folder: TempDir,
}

impl Function {
    /// Starts a function.
    ///
    /// `command` starts its program; the variables that Lambda always sets are added.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let api = RuntimeApi::start()?;
        let folder = tempfile::Builder::new().prefix("esteira-function-").tempdir()?;
        command
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/function")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_SESSION_TOKEN", "test")
            .stdin(Stdio::null())
            .stdout(File::create(folder.path().join("stdout"))?)
            .stderr(File::create(folder.path().join("stderr"))?);
        let started = Instant::now();
        let process = command.spawn().with_context(|| {
            format!("the function cannot be started: {}", command.get_program().display())
        })?;
        Ok(Self { process: Mutex::new(Guard(process)), api, started, folder })
    }

    /// Waits until the function asks for its first invocation, and returns what its start took.
    ///
    /// # Errors
    ///
    /// It ends instead, or does not ask in time.
    pub fn ready(&self, patience: Duration) -> anyhow::Result<Duration> {
        let end = Instant::now() + patience;
        loop {
            if let Some(ready) = self.api.ready() {
                return Ok(ready - self.started);
            }
            self.lives()?;
            if Instant::now() > end {
                bail!("the function did not start within {patience:?}{}", self.output());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Hands an event over and waits for the answer.
    ///
    /// # Errors
    ///
    /// The function ends instead, or does not answer until ten seconds after its time.
    pub fn invoke(&self, invocation: &Invocation) -> anyhow::Result<Done> {
        self.answer(&self.begin(invocation))
    }

    /// Hands an event over.
    pub fn begin(&self, invocation: &Invocation) -> Pending {
        self.api.begin(invocation)
    }

    /// Waits for the answer to what was handed over.
    ///
    /// # Errors
    ///
    /// The function ends instead, or does not answer until ten seconds after its time.
    pub fn answer(&self, pending: &Pending) -> anyhow::Result<Done> {
        let end = Instant::now() + pending.time + PATIENCE;
        loop {
            match pending.done.recv_timeout(LOOK) {
                Ok(done) => return Ok(done),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("the function was answered no more{}", self.output())
                }
                Err(RecvTimeoutError::Timeout) => self.lives()?,
            }
            if Instant::now() > end {
                bail!("the function did not answer within {:?}{}", pending.time, self.output());
            }
        }
    }

    /// The endpoint that the function asks, which knows what else was said to it.
    pub fn api(&self) -> &RuntimeApi {
        &self.api
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.process().0.id()
    }

    /// Sends the process a signal.
    ///
    /// # Errors
    ///
    /// There is no such process any more.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let pid = rustix::process::Pid::from_child(&self.process().0);
        rustix::process::kill_process(pid, signal).context("the function has ended")
    }

    /// Waits for the end of the process.
    ///
    /// # Errors
    ///
    /// It does not end in time.
    pub fn ended(&self, patience: Duration) -> anyhow::Result<ExitStatus> {
        let end = Instant::now() + patience;
        loop {
            if let Some(status) = self.process().0.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > end {
                bail!("the function did not end within {patience:?}{}", self.output());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The lines on its standard output until now: what was JSON as that, the rest as text.
    pub fn log(&self) -> Vec<Value> {
        let line = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|_| Value::String(line.to_owned()))
        };
        self.written("stdout").lines().map(line).collect()
    }

    /// What it wrote on its standard error until now.
    pub fn stderr(&self) -> String {
        self.written("stderr")
    }

    fn written(&self, stream: &str) -> String {
        let bytes = fs::read(self.folder.path().join(stream)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// For messages.
    fn output(&self) -> String {
        let (out, err) = (self.written("stdout"), self.written("stderr"));
        format!("\n--- its output ---\n{out}{err}--- end of its output ---")
    }

    fn lives(&self) -> anyhow::Result<()> {
        match self.process().0.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the function ended by itself with {status}{}", self.output()),
        }
    }

    fn process(&self) -> MutexGuard<'_, Guard> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use serde_json::json;

    use super::*;

    fn shell(script: &str) -> Function {
        Function::start(Command::new("sh").args(["-c", script])).expect("starts")
    }

    #[test]
    fn what_it_writes_is_kept_and_a_signal_reaches_it() {
        let function = shell(r#"echo '{"level":"INFO"}'; echo text; echo no >&2; exec sleep 600"#);
        while function.stderr().is_empty() {
            std::thread::sleep(LOOK);
        }
        assert_eq!(function.log(), [json!({ "level": "INFO" }), json!("text")]);
        assert_eq!(function.stderr(), "no\n");
        function.signal(Signal::TERM).expect("lives");
        let status = function.ended(PATIENCE).expect("ends");
        assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
    }

    #[test]
    fn one_that_ends_answers_nothing_and_says_why() {
        let function = shell("echo 'no table' >&2; exit 3");
        let error = function.invoke(&Invocation::new(&json!({}))).expect_err("it has ended");
        let error = error.to_string();
        assert!(error.contains("exit status: 3") && error.contains("no table"), "{error}");
        assert!(function.ready(PATIENCE).is_err());
    }
}
