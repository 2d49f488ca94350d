//! A server of HTTP/1.1 for endpoints that a test plays: it keeps connections, sends without
//! delay, and may leave a request without an answer.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// A request that has arrived whole.
pub(crate) type Asked = Request<Bytes>;

/// What is answered; none closes the connection instead.
pub(crate) type Answered = Option<Response<Full<Bytes>>>;

/// Listens on a free port of 127.0.0.1 until this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers every request with what the service makes of it; as many at a time as are asked.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub(crate) fn start<F, A>(service: F) -> anyhow::Result<Self>
    where
        F: Fn(Asked) -> A + Send + Sync + 'static,
        A: Future<Output = Answered> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).context("no server")?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        // A thread of its own, so that what a test does meanwhile delays no answer.
        let thread = std::thread::spawn(move || {
            runtime.spawn(accept(listener, Arc::new(service)));
            // Then the runtime goes, and all connections with it.
            let _ = runtime.block_on(stopped);
        });
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens: address and port.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The thread may have ended by a panic, which was reported where it happened.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

async fn accept<F, A>(listener: TcpListener, service: Arc<F>)
where
    F: Fn(Asked) -> A + Send + Sync + 'static,
    A: Future<Output = Answered> + Send + 'static,
{
    loop {
        // A connection that is gone before it is accepted is the other side's affair.
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&service)));
        }
    }
}

async fn serve<F, A>(stream: TcpStream, service: Arc<F>)
where
    F: Fn(Asked) -> A + Send + Sync + 'static,
    A: Future<Output = Answered> + Send + 'static,
{
    // Else a large answer waits for the other side's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request: Request<Incoming>| {
        let service = Arc::clone(&service);
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            let answered = service(Request::from_parts(head, body)).await;
            answered.ok_or_else(|| "the connection is to be closed".to_owned())
        }
    });
    // Whoever asked may go at any time, and is left without an answer on purpose.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

/// An answer with headers. What a header cannot hold is left out.
pub(crate) fn response(
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Full::new(body.into())).unwrap_or_else(|error| {
        let mut response = Response::new(Full::new(Bytes::from(error.to_string())));
        *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
