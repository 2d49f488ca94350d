//! The engine, with all that is around it, from the beginning of the process to its end.

use std::{
    fmt,
    future::poll_fn,
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::{Duration, SystemTime},
};

use esteira::{
    engine::{Engine, Options, Place},
    manifest::dev::Plan,
};
use tokio::{io::AsyncReadExt, time::Instant};

use crate::{
    backend::Behind,
    endpoint::Endpoint,
    source::{POSITION, Source},
    store::{Bytes, Change, Store},
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
    let options = Options { place, live: true, runner: None, watched: true };
    let mut engine = Engine::new(options)?;
    let (mut store, kept) = Store::open(&plan.state, plan.fresh)?;
    let mut position = None;
    for (key, bytes) in kept {
        match key.as_str() {
            POSITION => position = Some(bytes),
            key => {
                if let Err(why) = engine.restore(key, &bytes) {
                    eprintln!("warning: {why}");
                    store.write(vec![(key.to_owned(), None)])?;
                }
            }
        }
    }
    engine.begin_journal();
    let mut source = Source::open(&plan.source, position.as_deref())?;
    let engine = Shared(Arc::new(Mutex::new(engine)));
    let behind = Behind::new(engine.clone(), bucket(&plan));
    let endpoint = Endpoint::start(behind.clone(), plan.port).await.map_err(|error| {
        let port = plan.port;
        format!("nothing can listen on port {port} of 127.0.0.1: {error}; `--port` names another")
    })?;
    let listens = plan.state.join("endpoint");
    std::fs::write(&listens, format!("{}\n", endpoint.address()))?;
    eprintln!("    Endpoint {} (aws --endpoint-url)", endpoint.url());
    let ended = drive(&engine, &behind, &mut source, &mut store, plan.once).await;
    endpoint.stop().await;
    // Only to be found as long as there is something to be found.
    let _ = std::fs::remove_file(&listens);
    ended.and(store.close())
}

/// The name of the bucket for what mappings give up.
fn bucket(plan: &Plan) -> String {
    plan.names.get("#failures").cloned().unwrap_or_else(|| format!("{}-failures", plan.app))
}

/// Goes on until it is told to end, or until all that came from the source is handled.
async fn drive(
    shared: &Shared,
    behind: &Behind,
    source: &mut Source,
    store: &mut Store,
    once: bool,
) -> Result<(), Error> {
    let mut end = std::pin::pin!(end());
    loop {
        let position = {
            let mut engine = shared.lock();
            match engine.waiting() < MOST_WAITING {
                true => source.feed(&mut engine)?,
                false => None,
            }
        };
        let next = poll_fn(|context| Poll::Ready(shared.lock().turn(context))).await;
        let (changes, _seen) = {
            let mut engine = shared.lock();
            (changes(&mut engine, position), engine.take_seen())
        };
        if !changes.is_empty() {
            behind.changed();
            store.write(changes)?;
        }
        let (idle, waiting) = {
            let engine = shared.lock();
            (engine.is_idle(), engine.waiting())
        };
        if once && idle && source.is_over() {
            return Ok(());
        }
        let more = source.next().filter(|_| waiting < MOST_WAITING);
        tokio::select! {
            biased;
            () = &mut end => return Ok(()),
            () = until(next.map(moment)) => {}
            () = until(more) => {}
            () = poll_fn(|context| shared.lock().woken(context)) => {}
        }
    }
}

/// What has to be kept, the position of the source with what came of it.
fn changes(engine: &mut Engine, position: Option<String>) -> Vec<Change> {
    let place = Arc::new(engine.place().clone());
    let changed = engine.take_journal().into_iter().map(|(key, kept)| {
        let place = place.clone();
        let write = kept.map(|kept| {
            let write: Bytes = Box::new(move || kept.bytes(&place));
            write
        });
        (key, write)
    });
    let position = position.map(|position| {
        let write: Bytes = Box::new(move || position.into_bytes());
        (POSITION.to_owned(), Some(write))
    });
    changed.chain(position).collect()
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
