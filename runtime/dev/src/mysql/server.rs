//! A MariaDB of our own, for whoever has no server at hand.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::error::Error;
use client::Client;
use process::{LOG, Process};

mod client;
mod definition;
mod migrations;
mod process;

pub use definition::Definition;

/// How long a server may take to start: on a slow disk, or after it was killed with much to repair.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a server says whose port another has, and how often another port is tried.
const TAKEN: &str = "Address already in use";
const ATTEMPTS: u32 = 3;

/// How a server is started. Its binlog is as a capture needs it, and it says in there how columns
/// are called, so that what was altered since can be read too. What a crash of the machine loses is
/// no loss here, so no write waits for the disk.
const OPTIONS: [&str; 12] = [
    "--bind-address=127.0.0.1",
    "--character-set-server=utf8mb4",
    "--server-id=1",
    "--log-bin=binlog",
    "--binlog-format=ROW",
    "--binlog-row-image=FULL",
    "--binlog-row-metadata=FULL",
    "--binlog-checksum=NONE",
    "--sync-binlog=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=64M",
    "--skip-name-resolve",
];

/// A running MariaDB, which listens on this machine alone. It ends when this is dropped, and when
/// the process that has this ends in whatever way.
#[derive(Debug)]
pub struct Server {
    port: u16,
    database: Option<String>,
    // Ends before its folders go.
    _process: Process,
    _temporary: TempDir,
}

impl Server {
    /// Starts a server with the databases and tables of a definition, and waits until it answers.
    ///
    /// Its data is kept in `folder`, where another start finds it; what a migration has made is not
    /// made again, and what was made from a type is not altered when the type is. Without a folder it
    /// is gone with the server. It takes some seconds, which block.
    ///
    /// # Errors
    ///
    /// MariaDB is not installed or does not start, or refuses a statement of the definition.
    pub fn start(folder: Option<&Path>, definition: &Definition) -> Result<Self, Error> {
        let failed = |what: &str, error: &dyn std::fmt::Display| Error::Server {
            reason: format!("cannot start a database: {what}: {error}"),
        };
        let server = process::find("mariadbd")?;
        let install = process::find("mariadb-install-db")?;
        let client = process::find("mariadb")?;
        // Short: the path of a socket has at most 107 bytes.
        let temporary = tempfile::Builder::new()
            .prefix("esteira-db-")
            .tempdir()
            .map_err(|error| failed("its folder", &error))?;
        let folder = folder.unwrap_or(temporary.path());
        // One that starts removes what it finds of others in there.
        let scratch = temporary.path().join("tmp");
        fs::create_dir(&scratch).map_err(|error| failed("its folder", &error))?;
        let data = data(folder, &install, &scratch).map_err(|error| match error {
            Made::Error(error) => failed(&folder.display().to_string(), &error),
            Made::Refused(text) => failed("mariadb-install-db", &text),
        })?;
        let client = Client::new(client, temporary.path().join("socket"));
        let mut attempts = 0;
        let (port, process) = loop {
            let port = port(folder).map_err(|error| failed("no free port", &error))?;
            match launch(&server, &data, port, temporary.path(), &client) {
                Ok(process) => break (port, process),
                // Another program took the port since it was found free.
                Err(log) if log.contains(TAKEN) && attempts < ATTEMPTS => attempts += 1,
                Err(log) => return Err(failed(&server.display().to_string(), &log)),
            }
        };
        definition.make(&client)?;
        let database = definition.databases().first().cloned();
        Ok(Self { port, database, _process: process, _temporary: temporary })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL by which a [`Source`](super::Source) connects to it.
    pub fn url(&self) -> String {
        let database = self.database.as_deref().unwrap_or_default();
        format!("mysql://root@127.0.0.1:{}/{database}", self.port)
    }

    /// The command by which a person connects to it.
    pub fn command(&self) -> String {
        let command = format!("mariadb --host=127.0.0.1 --port={} --user=root", self.port);
        match &self.database {
            Some(database) => format!("{command} {database}"),
            None => command,
        }
    }
}

/// Starts a server and waits until it answers, or says why it does not.
fn launch(
    server: &Path,
    data: &Path,
    port: u16,
    folder: &Path,
    client: &Client,
) -> Result<Process, String> {
    let mut arguments = vec![
        "--no-defaults".to_owned(),
        format!("--datadir={}", data.display()),
        format!("--socket={}", folder.join("socket").display()),
        format!("--tmpdir={}", folder.join("tmp").display()),
        format!("--pid-file={}", folder.join("pid").display()),
        format!("--port={port}"),
    ];
    arguments.extend(OPTIONS.map(str::to_owned));
    arguments.extend(process::user(data));
    let started = Process::start(server, &arguments, folder);
    let mut process = started.map_err(|error| error.to_string())?;
    let end = Instant::now() + PATIENCE;
    while let Err(error) = client.run(None, "SELECT 1") {
        if process.has_ended() || Instant::now() > end {
            let log = fs::read_to_string(folder.join(LOG)).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(20)..].join("\n");
            return Err(format!("{error}: its log ends with\n{last}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(process)
}

/// Why there is no data folder.
enum Made {
    Error(std::io::Error),
    Refused(String),
}

/// The data folder in a folder, made if it is not there. It is made beside its place and then moved,
/// so that one that is there is whole.
fn data(folder: &Path, install: &Path, scratch: &Path) -> Result<PathBuf, Made> {
    fs::create_dir_all(folder).map_err(Made::Error)?;
    // It is told to a server that runs in a folder of its own.
    let folder = folder.canonicalize().map_err(Made::Error)?;
    let data = folder.join("data");
    if data.is_dir() {
        return Ok(data);
    }
    let making =
        tempfile::Builder::new().prefix("making-").tempdir_in(&folder).map_err(Made::Error)?;
    let mut command = std::process::Command::new(install);
    command
        .arg("--no-defaults")
        .arg("--auth-root-authentication-method=normal")
        .arg("--skip-test-db")
        .arg(format!("--datadir={}", making.path().display()))
        .args(process::user(making.path()))
        .env("TMPDIR", scratch);
    let output = command.output().map_err(Made::Error)?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        return Err(Made::Refused(String::from_utf8_lossy(&text).trim().to_owned()));
    }
    fs::rename(making.path(), &data).map_err(Made::Error)?;
    Ok(data)
}

/// A port that nobody listens on: the one of the last time if it is free, as it is written down in
/// the settings of some client.
fn port(folder: &Path) -> std::io::Result<u16> {
    let note = folder.join("port");
    let last = fs::read_to_string(&note).ok().and_then(|text| text.trim().parse::<u16>().ok());
    let free = |port| TcpListener::bind(("127.0.0.1", port))?.local_addr();
    let port = match last.map(free) {
        Some(Ok(address)) => address.port(),
        _ => free(0)?.port(),
    };
    fs::write(&note, format!("{port}\n"))?;
    Ok(port)
}
