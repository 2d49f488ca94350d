//! The server.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use super::{Backend, dynamodb::Tokens, route};

/// The most bytes of a request that are read. Above what any call but a large S3 object has.
const BODY_BYTES: usize = 64 * 1024 * 1024;

/// How long calls may take to end once the endpoint is to stop.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long to wait after the machine had no more sockets to give.
const BREATH: Duration = Duration::from_millis(50);

/// A running endpoint. Dropping it stops it: calls under way may end, no new ones are taken.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Starts an endpoint on a port of 127.0.0.1; 0 is any free one. It runs on the Tokio runtime
    /// that this is called on, which needs its clock and its network.
    ///
    /// # Errors
    ///
    /// The port is taken, or needs a permission.
    pub async fn start(backend: Arc<dyn Backend>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, backend, stopped));
        Ok(Self { address, stop: Some(stop), task: Some(task) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL that clients are given.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it, and returns when the last call has ended.
    pub async fn stop(mut self) {
        self.stop.take();
        if let Some(task) = self.task.take() {
            // It neither panics nor is cancelled; the port is free either way.
            let _ = task.await;
        }
    }
}

/// What all connections have in common.
struct Shared {
    backend: Arc<dyn Backend>,
    tokens: Tokens,
}

/// Takes connections until `stopped` resolves, which it also does when its sender is dropped.
async fn serve(
    listener: TcpListener,
    backend: Arc<dyn Backend>,
    mut stopped: oneshot::Receiver<()>,
) {
    let shared = Arc::new(Shared { backend, tokens: Tokens::default() });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(stream, &shared, &graceful, &mut connections),
                Err(_) => tokio::time::sleep(BREATH).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    // What is left after that is a client that waits for messages; dropping the set ends it.
    let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
}

fn connect(
    stream: TcpStream,
    shared: &Arc<Shared>,
    graceful: &GracefulShutdown,
    connections: &mut JoinSet<()>,
) {
    let shared = shared.clone();
    let service = service_fn(move |request| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(respond(&shared, request).await) }
    });
    // Answers are small and each is waited for.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    connections.spawn(async move {
        // A client that went away is no failure of the endpoint.
        let _ = connection.await;
    });
}

async fn respond(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    match Limited::new(body, BODY_BYTES).collect().await {
        Ok(body) => route::answer(&*shared.backend, &shared.tokens, &head, body.to_bytes()).await,
        Err(_) => route::unreadable(BODY_BYTES),
    }
}
