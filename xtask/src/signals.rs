//! Being interrupted while another program is at work: that program is waited for.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use signal_hook::{consts, flag};

/// As long as this lives, neither Ctrl-C nor a request to end ends this process.
///
/// A terminal interrupts the other program too. A request to end comes to this process alone, and
/// is passed on, as an interruption, since that is what programs take for it.
#[derive(Debug)]
pub(crate) struct Signals {
    flags: &'static Flags,
    /// Dropped to end the thread that passes requests on.
    passing: Option<mpsc::Sender<()>>,
}

#[derive(Debug, Default)]
struct Flags {
    /// Nothing is waited for: a signal does what it does by default.
    idle: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    asked_to_end: Arc<AtomicBool>,
}

impl Flags {
    /// Registered once, since a signal's default does not come back by itself.
    fn get() -> &'static Self {
        static FLAGS: OnceLock<Flags> = OnceLock::new();
        FLAGS.get_or_init(|| {
            let flags = Self::default();
            for (signal, came) in
                [(consts::SIGINT, &flags.interrupted), (consts::SIGTERM, &flags.asked_to_end)]
            {
                // Without them an interruption would end this process, as it ends any other.
                let _ = flag::register(signal, Arc::clone(came));
                let _ = flag::register_conditional_default(signal, Arc::clone(&flags.idle));
            }
            flags
        })
    }
}

impl Signals {
    /// From now on they are noted.
    pub(crate) fn wait() -> Self {
        let flags = Flags::get();
        flags.idle.store(false, Ordering::SeqCst);
        Self { flags, passing: None }
    }

    /// Whether one came.
    pub(crate) fn came(&self) -> bool {
        let came = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
        came(&self.flags.interrupted) || came(&self.flags.asked_to_end)
    }

    /// Passes a request to end on to a process.
    pub(crate) fn pass_on_to(&mut self, process: u32) {
        let (sender, end) = mpsc::channel::<()>();
        self.passing = Some(sender);
        let asked = Arc::clone(&self.flags.asked_to_end);
        thread::spawn(move || {
            while end.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
                if asked.load(Ordering::SeqCst) {
                    let mut kill = Command::new("kill");
                    kill.args(["-INT", &process.to_string()]);
                    let _ = kill.stderr(Stdio::null()).status();
                    return;
                }
            }
        });
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.passing = None;
        self.flags.idle.store(true, Ordering::SeqCst);
    }
}
