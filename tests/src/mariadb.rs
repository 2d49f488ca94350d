//! A MariaDB of a test's own, whose binlog can be read.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_xtask::tools::process::{self, Guard};
use tempfile::TempDir;

use crate::wait;

/// A server that is started for the first time makes its tables.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct MariaDb {
    port: u16,
    _process: Guard,
    // Dropped last: the server writes into it.
    _folder: TempDir,
}

impl MariaDb {
    /// Starts a server with a database, and runs SQL in it.
    ///
    /// # Errors
    ///
    /// MariaDB does not start, or refuses the SQL.
    pub fn start(server: &Path, database: &str, sql: &str) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("esteira-mariadb-").tempdir()?;
        let data = folder.path().join("data");
        let mut install = Command::new("mariadb-install-db");
        install.arg("--no-defaults").arg(format!("--datadir={}", data.display()));
        install.args(["--auth-root-authentication-method=normal", "--user=root"]);
        let installed = process::output(&mut install, PATIENCE)?;
        ensure!(installed.success, "{}", installed.text);
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = fs::File::create(folder.path().join("log"))?;
        let started = Command::new(server)
            .arg("--no-defaults")
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", folder.path().join("socket").display()))
            .arg(format!("--port={port}"))
            .args(["--user=root", "--bind-address=127.0.0.1", "--server-id=1", "--log-bin=binlog"])
            .args(["--binlog-format=ROW", "--binlog-row-image=FULL"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let server = Self { port, _process: Guard(started), _folder: folder };
        wait::until("the database", || Ok(server.run(None, "SELECT 1").ok()))?;
        server.run(None, &format!("CREATE DATABASE {database}"))?;
        server.run(Some(database), sql)?;
        Ok(server)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.port)
    }

    /// Runs SQL.
    ///
    /// # Errors
    ///
    /// It is refused; what the client says is the message.
    pub fn run(&self, database: Option<&str>, sql: &str) -> anyhow::Result<()> {
        let mut command = Command::new("mariadb");
        command.args(["--no-defaults", "--host=127.0.0.1", "--user=root"]);
        command.arg(format!("--port={}", self.port)).args(["--execute", sql]).args(database);
        let output = command.output().context("mariadb")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}
