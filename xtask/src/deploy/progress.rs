//! What happens while a plan is applied: a line for each resource when it is done, and how long
//! those under way have taken.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Action, Event, Plan, backend::Progress as Far};
use crate::report::Report;

/// How often what is under way is told where no line can be written over.
const SELDOM: Duration = Duration::from_secs(30);

/// Tells what happens, until it is dropped.
#[derive(Debug)]
pub(super) struct Progress {
    state: Arc<Mutex<State>>,
    /// Dropped to end the thread.
    end: Option<mpsc::Sender<()>>,
    ticking: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    report: Report,
    /// Whether the last line can be written over.
    live: bool,
    total: usize,
    planned: BTreeMap<String, Action>,
    under_way: Vec<(String, Instant)>,
    /// How long each took, too.
    done: Vec<(String, Action, Duration)>,
    told: Instant,
}

impl Progress {
    pub(super) fn start(plan: &Plan, report: &Report) -> Self {
        let changes = plan.changes.iter().filter(|it| it.action != Action::Leave);
        let planned: BTreeMap<_, _> = changes.map(|it| (it.address.clone(), it.action)).collect();
        let state = Arc::new(Mutex::new(State {
            report: *report,
            live: io::stderr().is_terminal() && !report.quiet,
            total: planned.len(),
            planned,
            under_way: Vec::new(),
            done: Vec::new(),
            told: Instant::now(),
        }));
        let (sender, end) = mpsc::channel::<()>();
        let shared = Arc::clone(&state);
        let ticking = thread::spawn(move || {
            let second = Duration::from_secs(1);
            while end.recv_timeout(second) == Err(mpsc::RecvTimeoutError::Timeout) {
                lock(&shared).tick();
            }
        });
        Self { state, end: Some(sender), ticking: Some(ticking) }
    }

    pub(super) fn happens(&self, event: Event) {
        lock(&self.state).happens(event);
    }

    /// What was done, as data.
    pub(super) fn done(&self) -> Vec<Value> {
        let state = lock(&self.state);
        let done = state.done.iter();
        let one = |(address, action, took): &(String, Action, Duration)| {
            json!({
                "address": address, "action": action.done(), "seconds": took.as_secs_f64(),
            })
        };
        done.map(one).collect()
    }

    /// How many changes were made, of how many.
    pub(super) fn counts(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.done.len(), state.total)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end = None;
        let _ = self.ticking.take().map(JoinHandle::join);
        lock(&self.state).clear();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn happens(&mut self, event: Event) {
        let Event { address, action, progress } = event;
        self.clear();
        match progress {
            Far::Begun => {
                // A replacement begins twice.
                if !self.under_way.iter().any(|it| it.0 == address) {
                    self.under_way.push((address, Instant::now()));
                }
            }
            Far::Done => {
                let planned = self.planned.get(&address).copied();
                // The first half of a replacement.
                if planned == Some(Action::Replace) && action == Action::Destroy {
                    return;
                }
                let action = planned.unwrap_or(action);
                let took = self.take(&address);
                self.done.push((address.clone(), action, took));
                let verb = capitalized(action.done());
                let (done, total) = (self.done.len(), self.total.max(self.done.len()));
                self.report
                    .status(&verb, format_args!("{address} in {} ({done}/{total})", text(took)));
            }
            Far::Undone => {
                let took = self.take(&address);
                self.report.status("Undone", format_args!("{address} in {}", text(took)));
            }
            Far::Failed => {
                let took = self.take(&address);
                self.report.status("Failed", format_args!("{address} after {}", text(took)));
            }
        }
        self.draw();
    }

    /// How long it was under way.
    fn take(&mut self, address: &str) -> Duration {
        let found = self.under_way.iter().position(|it| it.0 == address);
        found.map_or(Duration::ZERO, |at| self.under_way.remove(at).1.elapsed())
    }

    fn tick(&mut self) {
        if self.live {
            self.clear();
            self.draw();
        } else if self.told.elapsed() >= SELDOM && !self.under_way.is_empty() {
            self.told = Instant::now();
            self.report.status("Still at", self.line());
        }
    }

    fn line(&self) -> String {
        let all = self.under_way.iter().take(3);
        let all = all.map(|(address, since)| format!("{address} {}", text(since.elapsed())));
        let more = match self.under_way.len().saturating_sub(3) {
            0 => String::new(),
            more => format!(", {more} more"),
        };
        all.collect::<Vec<_>>().join(", ") + &more
    }

    fn draw(&self) {
        if self.live && !self.under_way.is_empty() {
            let text =
                format!("{:>12} {}", format!("{}/{}", self.done.len(), self.total), self.line());
            // A line that wraps could not be written over.
            let text: String = text.chars().take(78).collect();
            let _ =
                write!(anstream::stderr(), "\r{text}\x1b[K").and_then(|()| io::stderr().flush());
        }
    }

    fn clear(&self) {
        if self.live {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

fn text(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 60 {
        0 => format!("{seconds}s"),
        minutes => format!("{minutes}m{:02}s", seconds % 60),
    }
}

fn capitalized(verb: &str) -> String {
    let mut letters = verb.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::Change;

    #[test]
    fn a_replacement_is_one_change() {
        let change = Change {
            address: "a.x".into(),
            kind: "a".into(),
            name: None,
            action: Action::Replace,
            attributes: Vec::new(),
            loses_besides: None,
            at: None,
        };
        let plan = Plan { changes: vec![change], ..Plan::default() };
        let report = Report { quiet: true, verbose: false, json: false, no_color: true };
        let progress = Progress::start(&plan, &report);
        for (action, far) in
            [(Action::Destroy, Far::Begun), (Action::Destroy, Far::Done), (Action::Add, Far::Begun)]
        {
            progress.happens(Event { address: "a.x".into(), action, progress: far });
            assert_eq!(progress.counts(), (0, 1));
        }
        let (action, progress_) = (Action::Add, Far::Done);
        progress.happens(Event { address: "a.x".into(), action, progress: progress_ });
        assert_eq!(progress.counts(), (1, 1));
        assert_eq!(progress.done()[0]["action"], "replaced");
    }
}
