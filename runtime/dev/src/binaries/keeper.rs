//! That no process outlives this one.

use std::{
    collections::HashSet,
    io::{self, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// It is told which processes there are, and kills them when nobody can tell it any more: at the
/// end of this process, of whatever kind.
const SCRIPT: &str = r#"
kept=" "
while read -r what process; do
    case $what in
    add) kept="$kept$process " ;;
    remove) kept="${kept%% $process *} ${kept#* $process }" ;;
    esac
done
for process in $kept; do kill -s KILL -- "-$process" 2>/dev/null; done
"#;

/// A process that ends others with this one.
pub(super) struct Keeper {
    state: Mutex<State>,
    removed: Notify,
}

struct State {
    child: Child,
    /// None at the end.
    told: Option<ChildStdin>,
    kept: HashSet<u32>,
}

impl Keeper {
    /// # Errors
    ///
    /// It does not start.
    pub(super) fn start() -> io::Result<Self> {
        // In a group of its own: what ends this one from the terminal does not end it.
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let told = child.stdin.take();
        let state = State { child, told, kept: HashSet::new() };
        Ok(Self { state: Mutex::new(state), removed: Notify::new() })
    }

    /// Keeps a process that leads a group.
    pub(super) fn add(&self, process: u32) {
        let mut state = self.state();
        state.kept.insert(process);
        state.tell("add", process);
    }

    /// A process is gone: its id may become another's.
    pub(super) fn remove(&self, process: u32) {
        let mut state = self.state();
        if state.kept.remove(&process) {
            state.tell("remove", process);
        }
        drop(state);
        self.removed.notify_waiters();
    }

    pub(super) fn kept(&self) -> HashSet<u32> {
        self.state().kept.clone()
    }

    /// Resolves when there is no process any more.
    pub(super) async fn emptied(&self) {
        loop {
            let removed = self.removed.notified();
            if self.state().kept.is_empty() {
                return;
            }
            removed.await;
        }
    }

    /// What happens to it when this process is killed.
    #[cfg(test)]
    pub(super) fn abandon(&self) {
        self.state().told = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn tell(&mut self, what: &str, process: u32) {
        if let Some(told) = &mut self.told {
            // Without it, a function still ends when its Runtime API is gone.
            let _ = writeln!(told, "{what} {process}");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let mut state = self.state();
        state.told = None;
        // It has nothing left to do but to kill, and is not to be seen as a zombie.
        let _ = state.child.wait();
    }
}
