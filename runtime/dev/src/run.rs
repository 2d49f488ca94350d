//! The engine, with all that is around it, from the beginning of the process to its end.

use std::{
    collections::BTreeMap,
    fmt,
    future::poll_fn,
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::{Duration, SystemTime},
};

use esteira::{
    engine::{Engine, NotRestored, Options, Place, Restored, Seen},
    manifest::dev::{self, Plan},
};
use tokio::{
    io::AsyncReadExt,
    time::{Instant, MissedTickBehavior},
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::{
    backend::Behind,
    binaries::{Binaries, Settings},
    endpoint::Endpoint,
    source::{self, POSITION, Positions, Source},
    store::{Bytes, Change, Kept, Store},
    view::{Gauges, Names, View, Wish},
};

/// What ends a run before its time, with what to do about it.
#[derive(Debug)]
pub(crate) struct Error(String);

impl<T: Into<Box<dyn std::error::Error + Send + Sync>>> From<T> for Error {
    fn from(error: T) -> Self {
        Self(error.into().to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An engine that several tasks have.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Engine>>);

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Engine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The source waits while so many records and events wait: what is read too early is only kept
/// somewhere else.
const MOST_WAITING: usize = 5_000;

/// How often a full screen is drawn.
const FRAME: Duration = Duration::from_millis(50);

/// How long a process of a function waits for another invocation.
const IDLE: Duration = Duration::from_secs(60);

/// Runs the application that is linked into this program as a plan, a file, says. It ends by
/// itself, when it is told to by a signal, or when its standard input does.
pub fn main(plan: &Path) -> ExitCode {
    let ended = read(plan).and_then(|plan| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let ended = runtime.block_on(run(plan));
        // Whoever still waits for the standard input is not waited for.
        runtime.shutdown_background();
        ended
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(plan: &Path) -> Result<Plan, Error> {
    let text = std::fs::read(plan)
        .map_err(|error| format!("the plan {} cannot be read: {error}", plan.display()))?;
    serde_json::from_slice(&text).map_err(|error| {
        let why = "the tool and the application are of different versions of esteira";
        Error(format!("the plan {} cannot be read: {error}; {why}", plan.display()))
    })
}

async fn run(plan: Plan) -> Result<(), Error> {
    let place = Place {
        account: plan.account.clone(),
        region: plan.region.clone(),
        names: plan.names.clone(),
    };
    let mut engine = Engine::new(Options {
        place,
        shards: plan.shards.clone(),
        reserved_concurrency: plan.reserved_concurrency.clone(),
        live: true,
        runner: None,
        watched: true,
    })?;
    let (mut store, kept) = Store::open(&plan.state, plan.fresh)?;
    if plan.fresh {
        source::forget(&plan.state)?;
    }
    let positions = restore(&mut engine, kept, &mut store)?;
    engine.begin_journal();
    let source = Source::open(&plan, &engine, &positions).await?;
    let names = Names {
        redrive: format!("cargo xtask redrive --local --app {} --stage {}", plan.app, plan.stage),
        ..Names::of(&engine, &plan.app, source.name())
    };
    let shared = Shared(Arc::new(Mutex::new(engine)));
    let behind = Behind::new(shared.clone(), bucket(&plan));
    let endpoint = Endpoint::start(behind.clone(), plan.port).await.map_err(|error| {
        let port = plan.port;
        format!("nothing can listen on port {port} of 127.0.0.1: {error}; `--port` names another")
    })?;
    // Before the view: from then on the screen may be its own.
    eprintln!("    Endpoint {}", endpoint.url());
    let view = View::start(plan.view, names);
    show_logs(&view);
    let binaries = match &plan.binaries {
        Some(programs) => Some(processes(programs, &endpoint, &plan, &view)?),
        None => None,
    };
    if let Some(binaries) = &binaries {
        shared.lock().run_by(binaries.clone());
    }
    let listens = plan.state.join("endpoint");
    std::fs::write(&listens, format!("{}\n", endpoint.address()))?;

    let screen = matches!(plan.view, dev::View::Screen);
    let mut driver =
        Driver { shared: &shared, behind: &behind, source, store: &mut store, view, screen };
    let ended = driver.drive(plan.once).await;
    let Driver { mut view, .. } = driver;
    endpoint.stop().await;
    if let Some(binaries) = binaries {
        binaries.end().await;
    }
    let (seen, changes, gauges) = {
        let mut engine = shared.lock();
        (engine.take_seen(), changes(&mut engine, Positions::new()), Gauges::of(&engine))
    };
    // After an error, what came of the source may be there without how far it was read.
    if ended.is_ok() {
        store.write(changes)?;
    }
    let _ = view.show(&seen, &gauges);
    view.summary(&gauges);
    // It is only to be found as long as there is something to be found.
    let _ = std::fs::remove_file(&listens);
    ended.and(store.close())
}

/// Gives the engine back what was kept; returns how far sources were read.
fn restore(
    engine: &mut Engine,
    kept: Kept,
    store: &mut Store,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let (mut positions, mut over) = (BTreeMap::new(), Vec::new());
    let mut gone: BTreeMap<String, usize> = BTreeMap::new();
    for (key, bytes) in kept {
        if key.starts_with(POSITION) {
            positions.insert(key, bytes);
            continue;
        }
        match engine.restore(&key, &bytes) {
            Ok(Restored::TakenBack) => {}
            Ok(Restored::Over) => over.push((key, None)),
            // It waits for an edit that is taken back.
            Err(NotRestored::Gone(what)) => *gone.entry(what).or_default() += 1,
            Err(NotRestored::Unreadable(what)) => {
                eprintln!("warning: what was kept as `{what}` cannot be read, and is forgotten");
                over.push((key, None));
            }
        }
    }
    for (what, number) in gone {
        eprintln!(
            "warning: {number} things are kept for {what}, which is not there; `--fresh` forgets \
             them"
        );
    }
    if !over.is_empty() {
        store.write(over)?;
    }
    Ok(positions)
}

/// The name of the bucket for what mappings give up.
fn bucket(plan: &Plan) -> String {
    plan.names.get("#failures").cloned().unwrap_or_else(|| format!("{}-failures", plan.app))
}

/// Has what handlers log shown: from `INFO` on, or what `RUST_LOG` names, a level.
fn show_logs(view: &View) {
    let level = std::env::var("RUST_LOG").ok().and_then(|level| level.parse().ok());
    let layer = view.logs().layer(level.unwrap_or(LevelFilter::INFO));
    // Who set one up before has its reasons.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
}

fn processes(
    programs: &BTreeMap<String, dev::Binary>,
    endpoint: &Endpoint,
    plan: &Plan,
    view: &View,
) -> Result<Arc<Binaries>, Error> {
    let logs = view.logs();
    let binaries = Binaries::new(Settings {
        programs: programs.clone(),
        endpoint: endpoint.url(),
        region: plan.region.clone(),
        most: None,
        idle: IDLE,
        sink: Arc::new(move |handler, line| logs.line(handler, &line)),
    })?;
    Ok(Arc::new(binaries))
}

/// The engine at work, with what it takes from and gives to.
struct Driver<'a> {
    shared: &'a Shared,
    behind: &'a Behind,
    source: Source,
    store: &'a mut Store,
    view: View,
    /// Whether there is a full screen, which is drawn whether anything happens or not.
    screen: bool,
}

impl Driver<'_> {
    /// Goes on until it is told to end, or until all that came from the source is handled.
    async fn drive(&mut self, once: bool) -> Result<(), Error> {
        let mut end = std::pin::pin!(end());
        let mut frame = tokio::time::interval(FRAME);
        frame.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let logs = self.view.logs();
        let mut seen = Vec::new();
        let mut draws = true;
        loop {
            let (next, waiting) = self.turn(&mut seen).await?;
            let due = self.view.due().is_some_and(|due| due <= std::time::Instant::now());
            if draws || !self.screen && (due || !seen.is_empty()) {
                draws = false;
                let gauges = match self.screen {
                    true => Gauges::of(&self.shared.lock()),
                    false => Gauges::default(),
                };
                if self.view.show(&std::mem::take(&mut seen), &gauges) == Wish::End {
                    return Ok(());
                }
            }
            if once && self.source.is_over() && self.shared.lock().is_idle() {
                return Ok(());
            }
            let line = self.view.due().filter(|_| !self.screen).map(Instant::from_std);
            tokio::select! {
                biased;
                () = &mut end => return Ok(()),
                _ = frame.tick(), if self.screen => draws = true,
                () = until(next.map(moment)) => {}
                () = self.source.ready(), if waiting < MOST_WAITING => {}
                () = poll_fn(|context| self.shared.lock().woken(context)) => {}
                () = logs.added(), if !self.screen => draws = true,
                () = until(line) => {}
            }
        }
    }

    /// One turn of the engine, with what the source has for it, and what is to be kept of it.
    /// Returns when there is more to do, and how much waits.
    async fn turn(&mut self, seen: &mut Vec<Seen>) -> Result<(Option<SystemTime>, usize), Error> {
        let positions = {
            let mut engine = self.shared.lock();
            match engine.pressing() < MOST_WAITING && !self.store.is_behind() {
                true => self.source.feed(&mut engine)?,
                false => Positions::new(),
            }
        };
        let next = poll_fn(|context| Poll::Ready(self.shared.lock().turn(context))).await;
        let (changes, waiting) = {
            let mut engine = self.shared.lock();
            seen.extend(engine.take_seen());
            (changes(&mut engine, positions), engine.pressing())
        };
        if !changes.is_empty() {
            self.behind.changed();
            self.store.write(changes)?;
        }
        Ok((next, waiting))
    }
}

/// What has to be kept, how far the source was read with what came of it.
fn changes(engine: &mut Engine, positions: Positions) -> Vec<Change> {
    let place = Arc::new(engine.place().clone());
    let changed = engine.take_journal().into_iter().map(|(key, kept)| {
        let place = place.clone();
        let write = kept.map(|kept| {
            let write: Bytes = Box::new(move || kept.bytes(&place));
            write
        });
        (key, write)
    });
    let positions = positions.into_iter().map(|(key, position)| {
        let write: Bytes = Box::new(move || position.into_bytes());
        (key, Some(write))
    });
    changed.chain(positions).collect()
}

/// A moment on the clock that timers go by.
fn moment(time: SystemTime) -> Instant {
    let left = time.duration_since(SystemTime::now()).unwrap_or_default();
    // Timers are never early.
    Instant::now() + left + Duration::from_micros(1)
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Resolves when the process is told to end: by a signal, or because whoever started it is gone.
async fn end() {
    use tokio::signal::unix::{SignalKind, signal};
    let told = async |kind: SignalKind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = told(SignalKind::interrupt()) => {}
        () = told(SignalKind::terminate()) => {}
        () = closed() => {}
    }
}

/// Resolves when the standard input ends.
async fn closed() {
    let mut input = tokio::io::stdin();
    let mut byte = [0; 64];
    while !matches!(input.read(&mut byte).await, Ok(0) | Err(_)) {}
}
