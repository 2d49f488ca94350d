//! The process of an instance.

use std::{
    collections::BTreeMap, io, net::SocketAddr, path::Path, process::Stdio, sync::Arc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    runtime::Handle,
    time::timeout,
};

use super::{Sink, keeper::Keeper};

/// How long a process may take to end after `SIGTERM`. It is what Lambda grants.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const PATIENCE: Duration = Duration::from_millis(500);

/// What is started.
pub(super) struct Program<'a> {
    pub(super) path: &'a Path,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) handler: &'static str,
    pub(super) sink: &'a Sink,
}

/// A process that leads a group of its own. It is killed when it is dropped, with its group.
pub(super) struct Process {
    /// None when somebody waits for its end elsewhere.
    child: Option<Child>,
    id: u32,
    exited: bool,
    keeper: Arc<Keeper>,
}

impl Process {
    /// # Errors
    ///
    /// It cannot be started.
    pub(super) fn start(
        program: Program<'_>,
        api: SocketAddr,
        keeper: Arc<Keeper>,
    ) -> io::Result<Self> {
        let Program { path, environment, handler, sink } = program;
        let mut child = Command::new(path)
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", api.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        // None only of a process that was waited for.
        let id = child.id().unwrap_or_default();
        keeper.add(id);
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(read(stdout, handler, sink.clone()));
        }
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(read(stderr, handler, sink.clone()));
        }
        Ok(Self { child: Some(child), id, exited: false, keeper })
    }

    /// Resolves when the process has ended: how, or nothing if without a failure.
    pub(super) async fn exited(&mut self) -> Option<String> {
        let Some(child) = &mut self.child else { return None };
        let status = child.wait().await;
        self.is_gone();
        match status {
            Ok(status) if status.success() => None,
            // `exit status: 1`, where Lambda has no colon.
            Ok(status) => Some(status.to_string().replacen("exit status:", "exit status", 1)),
            Err(error) => Some(error.to_string()),
        }
    }

    pub(super) fn has_exited(&mut self) -> bool {
        if let Some(child) = &mut self.child
            && !matches!(child.try_wait(), Ok(None))
        {
            self.is_gone();
        }
        self.exited
    }

    /// Kills it at once.
    pub(super) fn kill(&self) {
        if !self.exited {
            self.signal_group();
        }
    }

    /// Tells it to end, and kills what is left of it after a moment.
    pub(super) async fn end(&mut self) {
        if self.has_exited() {
            return;
        }
        if let Some(process) = pid(self.id) {
            let _ = kill_process(process, Signal::TERM);
        }
        if timeout(PATIENCE, self.exited()).await.is_err() {
            self.kill();
            self.exited().await;
        }
    }

    /// It is no longer there, but what it started may be.
    fn is_gone(&mut self) {
        if !self.exited {
            self.exited = true;
            self.signal_group();
            self.keeper.remove(self.id);
        }
    }

    fn signal_group(&self) {
        if let Some(group) = pid(self.id) {
            // A group without a process is no failure.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take().filter(|_| !self.exited) else { return };
        self.signal_group();
        let (id, keeper) = (self.id, self.keeper.clone());
        // Without a runtime the system looks after it once this process has ended.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let _ = child.wait().await;
                keeper.remove(id);
            });
        }
    }
}

fn pid(id: u32) -> Option<Pid> {
    // Zero would be this process's own group.
    i32::try_from(id).ok().and_then(Pid::from_raw)
}

/// Hands on, line by line, what a process writes.
async fn read(stream: impl AsyncRead + Unpin, handler: &'static str, sink: Sink) {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(stream.read_until(b'\n', &mut line).await, Ok(1..)) {
        sink(handler, String::from_utf8_lossy(&line).trim_end().to_owned());
        line.clear();
    }
}
