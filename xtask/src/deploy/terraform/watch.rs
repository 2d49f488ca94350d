//! Whether AWS still answers while Terraform is at work. Its provider waits for the answer to a
//! request without end: a network that swallows everything would have a deploy last for ever.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use crate::aws::Aws;

/// How long nothing may happen before AWS is asked whether it is there.
const QUIET: Duration = Duration::from_secs(30);

/// How often in a row it does not answer before it is given up; each takes ten seconds or more.
const MISSES: u32 = 3;

/// How long Terraform is given to record what it has done, if it still can.
const GRACE: Duration = Duration::from_secs(20);

/// Watches one run of Terraform, until it is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    /// Dropped to end the thread. What is sent is that something happened.
    happened: mpsc::Sender<()>,
    gave_up: Arc<AtomicBool>,
}

impl Watch {
    /// Has a process interrupted, and then once more, if AWS does not answer.
    pub(super) fn over(process: u32, aws: &Aws) -> Self {
        let (happened, happens) = mpsc::channel();
        let gave_up = Arc::new(AtomicBool::new(false));
        let (aws, noted) = (aws.clone(), Arc::clone(&gave_up));
        thread::spawn(move || {
            if until_silent(&happens, QUIET, || aws.answers()) {
                noted.store(true, Ordering::SeqCst);
                interrupt(process);
                // The second one ends it at once.
                if ends(&happens, GRACE) {
                    return;
                }
                interrupt(process);
            }
        });
        Self { happened, gave_up }
    }

    /// Something has happened, so AWS answers.
    pub(super) fn happened(&self) {
        // The thread has ended if it gave up.
        let _ = self.happened.send(());
    }

    /// Whether it was ended because AWS did not answer.
    pub(super) fn gave_up(&self) -> bool {
        self.gave_up.load(Ordering::SeqCst)
    }
}

/// Waits until AWS does not answer. False if the run has ended before.
fn until_silent(happens: &mpsc::Receiver<()>, quiet: Duration, answers: impl Fn() -> bool) -> bool {
    let mut misses = 0;
    loop {
        // Once it has missed, it is asked again at once.
        let patience = if misses == 0 { quiet } else { Duration::ZERO };
        match happens.recv_timeout(patience) {
            Ok(()) => misses = 0,
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) if answers() => misses = 0,
            Err(RecvTimeoutError::Timeout) => misses += 1,
        }
        if misses == MISSES {
            return true;
        }
    }
}

/// Whether the run ends in time.
fn ends(happens: &mpsc::Receiver<()>, patience: Duration) -> bool {
    let end = Instant::now() + patience;
    loop {
        match happens.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(()) => {}
            Err(ended) => return ended == RecvTimeoutError::Disconnected,
        }
    }
}

fn interrupt(process: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-INT", &process.to_string()]);
    // One that has ended meanwhile cannot be interrupted.
    let _ = kill.stderr(Stdio::null()).status();
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn only_a_silence_that_lasts_ends_a_run() {
        let (happened, happens) = mpsc::channel();
        let quiet = Duration::from_millis(1);
        let asked = Cell::new(0_u32);
        // It answers every third time, and then no more.
        let answers = || {
            asked.set(asked.get() + 1);
            asked.get().is_multiple_of(3) && asked.get() < 9
        };
        assert!(until_silent(&happens, quiet, answers));
        assert_eq!(asked.get(), 6 + MISSES);
        // What happens meanwhile is as good as an answer.
        asked.set(0);
        let happens_once = || {
            asked.set(asked.get() + 1);
            if asked.get() == 2 {
                happened.send(()).unwrap();
            }
            false
        };
        assert!(until_silent(&happens, quiet, happens_once));
        assert_eq!(asked.get(), 2 + MISSES);
    }

    #[test]
    fn a_run_that_ends_is_left_alone() {
        let (happened, happens) = mpsc::channel();
        happened.send(()).unwrap();
        drop(happened);
        assert!(!until_silent(&happens, QUIET, || panic!("nobody is to be asked")));
        assert!(ends(&happens, GRACE));
    }
}
