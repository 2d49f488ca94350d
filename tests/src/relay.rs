//! What lies between the tool and the emulator, as a network does: it can stop answering, close
//! every connection, or answer that the credentials have expired.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::{fmt, thread};

use anyhow::Context;

use crate::http::Server;

mod expired;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It leads to the emulator.
    Open,
    /// It is closed.
    Closed,
    /// What is sent arrives, and nothing comes back.
    Silent,
    /// It leads to an AWS that refuses every call, since the credentials have expired.
    Expired,
}

/// Listens on a free port of 127.0.0.1 until this is dropped.
pub struct Relay {
    address: SocketAddr,
    expired: Server,
    state: Arc<Mutex<State>>,
    accepting: Option<JoinHandle<()>>,
}

struct State {
    way: Way,
    emulator: SocketAddr,
    expired: SocketAddr,
    /// Both ends of whatever is open.
    connections: Vec<TcpStream>,
    over: bool,
}

impl Relay {
    /// Starts one that leads to an endpoint.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn to(endpoint: &str) -> anyhow::Result<Self> {
        let emulator = endpoint.strip_prefix("http://").unwrap_or(endpoint);
        let emulator = emulator.parse().with_context(|| endpoint.to_owned())?;
        let expired = Server::start(|request| std::future::ready(Some(expired::answer(&request))))?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = State {
            way: Way::Open,
            emulator,
            expired: expired.address(),
            connections: Vec::new(),
            over: false,
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let accepting = thread::spawn(move || accept(&listener, &shared));
        Ok(Self { address, expired, state, accepting: Some(accepting) })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this happens to all connections, to those that are open as to new ones.
    pub fn turn(&self, way: Way) {
        let mut state = lock(&self.state);
        state.way = way;
        // Those that fall silent stay open. Of the others none may go on: an answer may be missing.
        if way != Way::Silent {
            state.close();
        }
    }
}

impl State {
    fn close(&mut self) {
        for connection in self.connections.drain(..) {
            // One that the other side has closed is no loss.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        {
            let mut state = lock(&self.state);
            state.over = true;
            state.close();
        }
        // Wakes the thread, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, expired) = (&self.address, &self.expired);
        f.debug_struct("Relay").field("address", address).field("expired", expired).finish()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Mutex<State>>) {
    for stream in listener.incoming() {
        if lock(shared).over {
            return;
        }
        // A connection that is gone before it is accepted is the other side's affair; one that
        // cannot be passed on is closed by being dropped.
        let _ = stream.and_then(|stream| connect(stream, shared));
    }
}

fn connect(caller: TcpStream, shared: &Arc<Mutex<State>>) -> std::io::Result<()> {
    let mut state = lock(shared);
    let to = match state.way {
        Way::Closed => return Ok(()),
        Way::Open => state.emulator,
        Way::Expired => state.expired,
        Way::Silent => {
            state.connections.push(caller);
            return Ok(());
        }
    };
    let called = TcpStream::connect(to)?;
    for stream in [&caller, &called] {
        stream.set_nodelay(true)?;
        state.connections.push(stream.try_clone()?);
    }
    let (up, down) = (called.try_clone()?, caller.try_clone()?);
    thread::spawn(move || copy(caller, up, || true));
    let shared = Arc::clone(shared);
    thread::spawn(move || copy(called, down, move || lock(&shared).way != Way::Silent));
    Ok(())
}

/// Passes on what comes, as long as `passes` says so; what comes otherwise is lost.
fn copy(mut from: TcpStream, mut to: TcpStream, passes: impl Fn() -> bool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if passes() && to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    if passes() {
        let _ = to.shutdown(Shutdown::Both);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
