//! A server for all tests of this program, each of which has a database of its own.

use std::io::Write;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, Weak};
use std::time::Duration;

use esteira::{Change, Decoded, Record as _, Row};
use esteira_dev::mysql::{Changes, Definition, Position, Record, Server, Source, TableSpec};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

/// Where `cargo xtask test` counts what was skipped.
const SKIPS: &str = "ESTEIRA_TEST_SKIPS";

/// Long enough for any answer here; a test that waits for more is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether MariaDB is here; if not, a test is skipped, which continuous integration does not allow.
pub(super) fn installed() -> bool {
    let found = ["/usr/sbin/mariadbd", "/usr/local/bin/mariadbd", "/opt/homebrew/bin/mariadbd"]
        .iter()
        .any(|path| std::path::Path::new(path).is_file())
        || Command::new("mariadbd").arg("--version").output().is_ok();
    if found {
        return true;
    }
    let name = std::thread::current().name().unwrap_or("test").to_owned();
    let why = "MariaDB is not installed (apt-get install mariadb-server)";
    let is_ci = std::env::var("CI").is_ok_and(|value| matches!(value.as_str(), "true" | "1"));
    assert!(!is_ci, "{name} cannot be skipped in continuous integration: {why}");
    eprintln!("skipped {name}: {why}");
    if let Some(file) = std::env::var_os(SKIPS) {
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .expect("a file of skips");
        writeln!(file, "{name}: {why}").expect("the skip is noted");
    }
    false
}

/// A database of a server that it may share with other tests.
pub(super) struct Database {
    server: Arc<Server>,
    pub(super) name: String,
    pub(super) conn: Conn,
}

impl Database {
    /// None if the test has to be skipped.
    pub(super) async fn new(tables: &str) -> Option<Self> {
        installed().then_some(())?;
        static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let server = tokio::task::spawn_blocking(|| {
            let mut running = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
            running.upgrade().unwrap_or_else(|| {
                let server = Arc::new(start());
                *running = Arc::downgrade(&server);
                server
            })
        });
        Some(Self::on(server.await.expect("a server"), tables).await)
    }

    /// Of a server that no other test has; none if the test has to be skipped.
    pub(super) async fn alone(tables: &str) -> Option<Self> {
        installed().then_some(())?;
        let server = tokio::task::spawn_blocking(|| Arc::new(start()));
        Some(Self::on(server.await.expect("a server"), tables).await)
    }

    async fn on(server: Arc<Server>, tables: &str) -> Self {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!("shop_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut conn = connect(&server).await;
        conn.query_drop(format!("CREATE DATABASE {name}; USE {name}; {tables}")).await.unwrap();
        Self { server, name, conn }
    }

    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    pub(super) async fn run(&mut self, sql: &str) {
        self.conn.query_drop(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub(super) async fn other(&self) -> Conn {
        let mut conn = connect(&self.server).await;
        conn.query_drop(format!("USE {}", self.name)).await.unwrap();
        conn
    }

    pub(super) fn table(&self, name: &str, key: &[&str]) -> TableSpec {
        TableSpec::new(&self.name, name, key.iter().copied())
    }

    pub(super) async fn source(&self, tables: &[TableSpec], from: Option<Position>) -> Source {
        Source::connect(&self.url(), tables, from).await.unwrap_or_else(|error| panic!("{error}"))
    }
}

fn start() -> Server {
    Server::start(None, &Definition::default()).unwrap_or_else(|error| panic!("{error}"))
}

async fn connect(server: &Server) -> Conn {
    Conn::from_url(server.url()).await.expect("a connection")
}

pub(super) async fn next(source: &mut Source) -> Changes {
    let changes = tokio::time::timeout(PATIENCE, source.next()).await;
    changes.expect("changes within a minute").unwrap_or_else(|error| panic!("{error}"))
}

/// That nothing follows: what a marker comes after would have come before it.
pub(super) async fn nothing(source: &mut Source) {
    let changes = tokio::time::timeout(Duration::from_millis(300), source.next()).await;
    assert!(changes.is_err(), "{changes:?}");
}

/// Reads a record as a handler is given it.
pub(super) fn decode<R: Row>(record: &Record) -> Change<R> {
    let text = String::from_utf8_lossy(&record.data);
    match Change::<R>::decode(&record.data) {
        Ok(Decoded::Value(change)) => change,
        Ok(Decoded::Skipped(skipped)) => panic!("skipped {skipped}: {text}"),
        Err(error) => panic!("{error}: {text}"),
    }
}

/// The whole record, as JSON.
pub(super) fn json(record: &Record) -> serde_json::Value {
    serde_json::from_slice(&record.data).expect("JSON")
}
