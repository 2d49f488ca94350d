//! Changes from the binlog of a database.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use esteira::{describe, engine::Engine, manifest::Kind};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{POSITION, Positions};
use crate::{
    mysql::{Changes, Definition, Position, Server, Source, TableSpec},
    run::Error,
};

/// Transactions that wait to be taken: what is read too early is only kept somewhere else.
const AHEAD: usize = 64;

/// The captures of an application, each of which reads for itself.
pub(crate) struct Mysql {
    read: Receiver<Result<Read, Error>>,
    next: Option<Result<Read, Error>>,
    captures: Vec<Capture>,
    /// Positions that are to be kept before anything was read.
    begun: Positions,
    /// The database that was started for it. It ends with this.
    _server: Option<Server>,
}

struct Capture {
    /// Of its position.
    key: String,
    stream: usize,
}

/// What a capture read.
struct Read {
    capture: usize,
    changes: Changes,
}

impl Mysql {
    /// Reads on from the positions that are kept, or from now on.
    ///
    /// # Errors
    ///
    /// There is no capture, the database cannot be started or reached, or is not set up for it.
    pub(crate) async fn open(
        url: Option<&str>,
        root: &Path,
        packages: &BTreeMap<String, PathBuf>,
        state: &Path,
        engine: &Engine,
        positions: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, Error> {
        let manifest = describe::manifest("");
        let server = match url {
            Some(_) => None,
            None => {
                let folder = |item: &esteira::manifest::Item| {
                    packages.get(item.id.as_ref()).map(|folder| root.join(folder))
                };
                let definition = Definition::of(&manifest, folder);
                Some(start(folder_in(state), definition).await?)
            }
        };
        let own = server.as_ref().map(Server::url);
        let url = url.or(own.as_deref()).unwrap_or_default();
        let (sender, read) = channel(AHEAD);
        let mut mysql = Self {
            read,
            next: None,
            captures: Vec::new(),
            begun: Positions::new(),
            _server: server,
        };
        for item in &manifest.items {
            let Kind::Capture(capture) = &item.kind else { continue };
            let Some(stream) = engine.streams().position(|it| it.id == capture.into) else {
                continue;
            };
            let key = key(server_of(url), &item.id);
            let from = positions.get(&key).map(|bytes| position(bytes)).transpose()?;
            let known = from.is_some();
            let tables = TableSpec::of_capture(&manifest, &item.id);
            let source = Source::connect(url, &tables, from).await.map_err(|e| e.to_string())?;
            let source = source.on_lost(|error| eprintln!("warning: {error}; trying again"));
            if !known {
                // What changes before anything is read is not missed if this ends first.
                mysql.begun.push((key.clone(), source.position().to_string()));
            }
            tokio::spawn(take(source, mysql.captures.len(), sender.clone()));
            mysql.captures.push(Capture { key, stream });
        }
        match mysql.captures.is_empty() {
            false => Ok(mysql),
            true => {
                Err("nothing is captured: declare a `#[derive(Capture)]` with its `tables(…)`, \
                         or leave `--mysql` out"
                    .into())
            }
        }
    }

    /// Waits until there is something to take.
    pub(super) async fn ready(&mut self) {
        if self.next.is_none() {
            self.next = match self.read.recv().await {
                Some(read) => Some(read),
                None => std::future::pending().await,
            };
        }
    }

    /// Puts what was read on the streams.
    ///
    /// # Errors
    ///
    /// The binlog cannot be read on.
    pub(super) fn feed(&mut self, engine: &mut Engine) -> Result<Positions, Error> {
        let mut positions = std::mem::take(&mut self.begun);
        for _ in 0..AHEAD {
            let next = self.next.take().or_else(|| self.read.try_recv().ok());
            let Some(Read { capture, changes }) = next.transpose()? else { break };
            let Capture { key, stream } = &self.captures[capture];
            for record in changes.records {
                engine.put_record(*stream, record.partition_key, None, record.data);
            }
            positions.push((key.clone(), changes.position.to_string()));
        }
        Ok(positions)
    }
}

/// Where the database that is started for it keeps its data.
fn folder_in(state: &Path) -> PathBuf {
    state.join("mysql")
}

/// Forgets that data: nobody would act on rows whose positions are forgotten.
///
/// # Errors
///
/// It cannot be removed.
pub(crate) fn forget(state: &Path) -> Result<(), Error> {
    let folder = folder_in(state);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {error}", folder.display()).into())
        }
        _ => Ok(()),
    }
}

/// A position means something to its server, and to no other.
fn key(server: &str, capture: &str) -> String {
    format!("{POSITION}mysql/{server}/{capture}")
}

/// Host and port of a URL.
fn server_of(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = behind.split(['/', '?']).next().unwrap_or(behind);
    host.rsplit('@').next().unwrap_or(host)
}

fn position(bytes: &[u8]) -> Result<Position, Error> {
    let text = std::str::from_utf8(bytes)?;
    text.parse().map_err(|error: crate::mysql::NoPosition| {
        format!("{error}, where one was kept; `--fresh` forgets it").into()
    })
}

async fn start(folder: PathBuf, definition: Definition) -> Result<Server, Error> {
    eprintln!("    Starting a database");
    let started =
        tokio::task::spawn_blocking(move || Server::start(Some(&folder), &definition)).await?;
    let server = started.map_err(|error| error.to_string())?;
    eprintln!("    Database {}", server.command());
    Ok(server)
}

/// Reads until nobody takes it any more, or it cannot be read.
async fn take(mut source: Source, capture: usize, sender: Sender<Result<Read, Error>>) {
    loop {
        let read = source.next().await;
        let failed = read.is_err();
        let read = read.map(|changes| Read { capture, changes });
        if sender.send(read.map_err(|error| error.to_string().into())).await.is_err() || failed {
            return;
        }
    }
}
