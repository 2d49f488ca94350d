//! Ending when Lambda says so, with what is under way reported.
//!
//! Lambda tells a process that it is about to be ended, by `SIGTERM`, only if an extension is
//! registered; so this process registers one that takes no events.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt;
use http::{Method, Request};
use lambda_runtime_api_client::{Client, body::Body};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Semaphore,
    time::timeout,
};

use crate::{
    dispatch::{Stop, chain},
    error::Result,
};

/// What the extension is called; no other of the function may have the name.
const NAME: &str = "esteira-shutdown";

/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
const API: &str = "/2020-01-01/extension";
const NAME_HEADER: &str = "Lambda-Extension-Name";
const ID_HEADER: &str = "Lambda-Extension-Identifier";

/// Lambda answers at once. What stands in for it elsewhere may not know extensions.
const PATIENCE: Duration = Duration::from_millis(500);

/// That the process is told to end, and when it can.
pub(super) struct Shutdown {
    told: Stop,
    /// Taken while an invocation is under way, until Lambda has its answer.
    idle: Arc<Semaphore>,
}

impl Shutdown {
    /// Listens for the signal.
    ///
    /// # Errors
    ///
    /// The system lets nobody listen.
    pub(super) async fn listen() -> Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let told = async move {
            terminate.recv().await;
        };
        let told = told.boxed().shared();
        let registered = timeout(PATIENCE, register()).await;
        // Without it nothing is lost either: what was not reported is delivered again.
        if let Err(error) = registered.map_err(Into::into).flatten() {
            tracing::debug!(error = %chain(&*error), "the end will come without a word");
        }
        Ok(Self { told, idle: Arc::new(Semaphore::new(1)) })
    }

    /// Resolves when the process is told to end.
    pub(super) fn told(&self) -> Stop {
        self.told.clone()
    }

    /// Resolves when the process is told to end and no invocation is under way.
    pub(super) async fn finished(&self) {
        self.told().await;
        let _idle = self.idle.acquire().await;
    }

    /// Notices an invocation: from when it is taken to when Lambda has its answer.
    pub(super) async fn notice<F: Future>(idle: Arc<Semaphore>, invocation: F) -> F::Output {
        let _busy = idle.acquire().await;
        invocation.await
    }

    /// What [`notice`](Self::notice) notices by.
    pub(super) fn idle(&self) -> Arc<Semaphore> {
        self.idle.clone()
    }
}

/// Registers the extension, and waits beside all else for events that never come.
async fn register() -> Result<()> {
    let client = Client::builder().build()?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{API}/register"))
        .header(NAME_HEADER, NAME)
        .body(Body::from(r#"{"events":[]}"#))?;
    let answer = client.call(request).await?;
    let id = answer.headers().get(ID_HEADER).cloned();
    let id = id.ok_or_else(|| format!("an extension is answered with {}", answer.status()))?;
    let next = Request::builder()
        .uri(format!("{API}/event/next"))
        .header(ID_HEADER, id)
        .body(Body::empty())?;
    tokio::spawn(async move {
        // Held open until the end: Lambda waits for this call before it invokes the function.
        let _ = client.call(next).await;
    });
    Ok(())
}
