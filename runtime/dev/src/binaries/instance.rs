//! An instance of a function: a process that serves one invocation after the other.

use std::{fmt, sync::Arc, time::Duration};

use esteira::engine::Failure;
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

use super::{
    api::{Api, Said},
    failure,
    keeper::Keeper,
    pool::Seat,
    process::{Process, Program},
};

/// How long a function may take to start. Lambda starts one that takes longer once more, within
/// the timeout of the function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const START: Duration = Duration::from_secs(10);

/// An invocation, as an instance is given it.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: String,
    /// The function's.
    pub(super) arn: Arc<str>,
    pub(super) payload: Vec<u8>,
    pub(super) trace: Option<Arc<str>>,
    /// How long it may take from when it is handed over.
    pub(super) timeout: Duration,
}

/// A process, its Runtime API and its place among all. It is killed when it is dropped.
pub(super) struct Instance {
    process: Process,
    api: Api,
    seat: Seat,
    /// Set when it waits for an invocation.
    ask: Option<oneshot::Sender<Work>>,
    /// Its process has ended, or has to.
    broken: bool,
}

impl Instance {
    /// Starts one; it is ready for an invocation then.
    pub(super) async fn start(
        seat: Seat,
        program: Program<'_>,
        keeper: Arc<Keeper>,
    ) -> Result<Self, Failure> {
        let unable = |error: &dyn fmt::Display| {
            failure("Runtime.InitError", format!("the function cannot be started: {error}"))
        };
        let api = Api::start().await.map_err(|error| unable(&error))?;
        let process = Process::start(program, api.address, keeper).map_err(|e| unable(&e))?;
        let mut instance = Self { process, api, seat, ask: None, broken: false };
        match timeout(START, instance.asks()).await {
            Ok(asks) => asks.map(|()| instance),
            Err(_) => {
                let message = format!("the function did not start within {} s", START.as_secs());
                Err(failure("Sandbox.Timedout", message))
            }
        }
    }

    /// The handler.
    pub(super) fn function(&self) -> &'static str {
        self.seat.function
    }

    /// Whether it can serve nothing any more.
    pub(super) fn is_broken(&mut self) -> bool {
        self.broken = self.broken || self.process.has_exited();
        self.broken
    }

    /// Resolves when the process asks for an invocation.
    ///
    /// # Errors
    ///
    /// It ended, or says that it cannot start.
    async fn asks(&mut self) -> Result<(), Failure> {
        while self.ask.is_none() {
            tokio::select! {
                biased;
                said = self.api.said.recv() => match said {
                    Some(Said::Asks(ask)) => self.ask = Some(ask),
                    // Of an invocation that is over.
                    Some(Said::Answered(_, _, tell)) => drop(tell.send(false)),
                    Some(Said::Broken(failed)) => return Err(self.breaks(failed)),
                    None => return Err(self.breaks(failure("Runtime.Ended", "the Runtime API ended"))),
                },
                why = self.process.exited() => {
                    // It may have said why just before.
                    if let Ok(Said::Broken(failed)) = self.api.said.try_recv() {
                        return Err(self.breaks(failed));
                    }
                    return Err(self.breaks(exited(None, why)));
                }
            }
        }
        Ok(())
    }

    /// Hands an invocation over and waits for the answer.
    pub(super) async fn serve(&mut self, mut work: Work) -> Result<Vec<u8>, Failure> {
        let (id, limit) = (work.id.clone(), work.timeout);
        loop {
            self.asks().await?;
            let Some(ask) = self.ask.take() else { continue };
            // Whoever asked may have broken the connection; then it asks once more.
            match ask.send(work) {
                Ok(()) => break,
                Err(back) => work = back,
            }
        }
        let mut over = std::pin::pin!(sleep(limit));
        loop {
            tokio::select! {
                biased;
                said = self.api.said.recv() => match said {
                    Some(Said::Answered(of, answer, tell)) => {
                        let known = of == id;
                        let _ = tell.send(known);
                        if known {
                            return answer;
                        }
                    }
                    // It gave the invocation up without a word, and runs out of time.
                    Some(Said::Asks(ask)) => self.ask = Some(ask),
                    Some(Said::Broken(failed)) => return Err(self.breaks(failed)),
                    None => return Err(self.breaks(failure("Runtime.Ended", "the Runtime API ended"))),
                },
                why = self.process.exited() => return Err(self.breaks(exited(Some(&id), why))),
                () = &mut over => {
                    let seconds = limit.as_secs_f64();
                    let late = format!("Task timed out after {seconds:.2} seconds");
                    self.process.kill();
                    return Err(self.breaks(failure("Sandbox.Timedout", late)));
                }
            }
        }
    }

    /// Gives it back to be used again, when it is ready for that.
    pub(super) async fn give_back(mut self) {
        if !self.is_broken()
            && self.asks().await.is_ok()
            && let Some(pool) = self.seat.pool()
        {
            pool.give_back(self);
        }
    }

    /// Ends it in order.
    pub(super) async fn end(mut self) {
        self.process.end().await;
    }

    fn breaks(&mut self, why: Failure) -> Failure {
        self.broken = true;
        why
    }
}

/// As Lambda says it.
fn exited(id: Option<&str>, why: Option<String>) -> Failure {
    let request = id.map(|id| format!("RequestId: {id} ")).unwrap_or_default();
    let why = match why {
        Some(why) => format!("Error: Runtime exited with error: {why}"),
        None => "Error: Runtime exited without providing a reason".into(),
    };
    failure("Runtime.ExitError", request + &why)
}
