//! The built functions, as processes that are run as Lambda runs them.
//!
//! Each instance of a function is a process that asks a
//! [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) of its own, on a
//! free port of 127.0.0.1, for one invocation after the other. An idle instance is used before
//! another is started, and ends when it has been idle for a while. There are only so many: more
//! than that many invocations wait, first come, first served, and their time does not begin before.
//!
//! An invocation fails as on Lambda: by the error that the function reports; by
//! `Runtime.ExitError` if the process ends in the middle of it; by `Sandbox.Timedout` if it takes
//! longer than the function's timeout, which kills the process. What a process writes is its log.
//!
//! What differs from Lambda: an instance is not frozen while it is idle, its memory is not
//! limited, and nothing is throttled.

use std::{
    collections::{BTreeMap, HashSet},
    fmt, io,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use esteira::{
    engine::{BoxedAnswer, Failure, Invocation, Runner},
    manifest::dev::Binary,
};
use tokio::{runtime::Handle, time::timeout};

mod api;
mod environment;
mod instance;
mod keeper;
mod key;
mod pool;
mod process;

pub use key::access_keys;

use instance::Work;
use keeper::Keeper;
use pool::Pool;

/// How long the answer of an instance waits for it to be ready for the next invocation.
const SOON: Duration = Duration::from_millis(20);

/// Takes a line that a process wrote: the handler, by the name of its Rust function, and the line.
pub type Sink = Arc<dyn Fn(&'static str, String) + Send + Sync>;

/// How built functions are to be run.
#[derive(Clone)]
pub struct Settings {
    /// The programs, by the names of the handlers' Rust functions.
    pub programs: BTreeMap<String, Binary>,
    /// What AWS is for them, such as `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// Such as `us-east-1`.
    pub region: String,
    /// The most instances of all functions together; none for four a processor, and one a function
    /// at least.
    pub most: Option<usize>,
    /// How long an instance is idle before it ends.
    pub idle: Duration,
    /// Takes what they write.
    pub sink: Sink,
}

/// Runs built functions as processes.
///
/// Those processes end with this one, however it ends.
pub struct Binaries {
    shared: Arc<Shared>,
    runtime: Handle,
}

/// What invocations share.
struct Shared {
    settings: Settings,
    /// The access key id of each handler.
    keys: BTreeMap<String, String>,
    pool: Arc<Pool>,
    keeper: Arc<Keeper>,
}

/// Why functions cannot be run.
#[derive(Debug)]
pub enum Error {
    /// There is no such program.
    Missing {
        /// The handler.
        handler: String,
        /// Where its program was looked for.
        program: PathBuf,
    },
    /// What ends the processes with this one cannot be started.
    Keeper(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { handler, program } => write!(
                f,
                "the function `{handler}` is not built: there is no program {}; run `cargo xtask \
                 build` for the processor of this machine",
                program.display()
            ),
            Self::Keeper(error) => {
                write!(
                    f,
                    "`sh`, which ends the functions with this program, does not start: {error}"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

impl Binaries {
    /// Runs nothing yet: an instance is started when there is an invocation for it. It is called
    /// within the `tokio` runtime that is to look after the processes.
    ///
    /// # Errors
    ///
    /// A program is missing, or there is no `sh`.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        for (handler, Binary { program, .. }) in &settings.programs {
            if !program.is_file() {
                return Err(Error::Missing { handler: handler.clone(), program: program.clone() });
            }
        }
        let keys = access_keys(settings.programs.keys().map(String::as_str));
        let keys = keys.into_iter().map(|(key, handler)| (handler, key)).collect();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let most = settings.most.unwrap_or((processors * 4).max(settings.programs.len()));
        let runtime = Handle::current();
        let pool = Pool::new(most.max(1));
        runtime.spawn(pool::reap(Arc::downgrade(&pool), settings.idle));
        let keeper = Arc::new(Keeper::start().map_err(Error::Keeper)?);
        Ok(Self { shared: Arc::new(Shared { settings, keys, pool, keeper }), runtime })
    }

    /// The process ids of the instances, of whichever function.
    #[must_use]
    pub fn processes(&self) -> HashSet<u32> {
        self.shared.keeper.kept()
    }

    /// Ends all instances that are idle, and those that are not as soon as they are: with
    /// `SIGTERM`, and what is left after a moment with `SIGKILL`. Invocations fail from now on. Whoever
    /// does not want to wait for what is under way drops the engine before.
    pub async fn end(&self) {
        self.shared.pool.close();
        self.shared.keeper.emptied().await;
    }
}

impl Drop for Binaries {
    fn drop(&mut self) {
        self.shared.pool.close();
    }
}

impl Runner for Binaries {
    fn invoke(&self, invocation: Invocation) -> BoxedAnswer {
        let task = Task(self.runtime.spawn(self.shared.clone().invoke(invocation)));
        Box::pin(async move {
            let mut task = task;
            (&mut task.0).await.unwrap_or_else(|error| Err(failure("Runtime.Unknown", error)))
        })
    }
}

/// An invocation, which ends when nobody waits for it any more, and its process with it.
struct Task(tokio::task::JoinHandle<Result<Vec<u8>, Failure>>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Shared {
    async fn invoke(self: Arc<Self>, invocation: Invocation) -> Result<Vec<u8>, Failure> {
        let Invocation { handler, named, memory, timeout: limit, payload, trace } = invocation;
        let Some(binary) = self.settings.programs.get(handler) else {
            return Err(failure("Runtime.InvalidEntrypoint", format!("`{handler}` is not built")));
        };
        let place = self.pool.place(handler).await;
        let place = place.ok_or_else(|| failure("Runtime.Ended", "the functions were ended"))?;
        let mut instance = match place {
            pool::Place::Taken(instance) => instance,
            pool::Place::Free(seat) => {
                let key = self.keys.get(handler).map_or("", String::as_str);
                let environment = environment::Of {
                    handler,
                    function: &named.name,
                    memory,
                    key,
                    settings: &self.settings,
                };
                let program = process::Program {
                    path: &binary.program,
                    environment: environment.variables(binary),
                    handler,
                    sink: &self.settings.sink,
                };
                instance::Instance::start(seat, program, self.keeper.clone()).await?
            }
        };
        let work = Work { id: new_id(), arn: named.arn, payload, trace, timeout: limit };
        let answer = instance.serve(work).await;
        // It asks for the next one at once, most often: who invokes it next is not to start another.
        // For one that has still something to do, nobody waits.
        let mut back = Box::pin(instance.give_back());
        if timeout(SOON, &mut back).await.is_err() {
            tokio::spawn(back);
        }
        answer
    }
}

fn failure(kind: &str, message: impl fmt::Display) -> Failure {
    Failure { kind: kind.into(), message: message.to_string() }
}

fn new_id() -> String {
    let bytes = fastrand::u128(..).to_be_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests;
