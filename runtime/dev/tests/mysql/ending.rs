//! That a server ends with the process that has it, however that ends.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use esteira_dev::mysql::{Definition, Server};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::harness::installed;

/// Set in the process that is killed, which is this test once more.
const HAS_A_SERVER: &str = "ESTEIRA_TEST_HAS_A_SERVER";

/// Starts a server, tells its URL and waits to be killed.
fn hold() {
    let server = Server::start(None, &Definition::default()).unwrap();
    println!("\nurl {}", server.url());
    std::io::stdout().flush().unwrap();
    std::thread::sleep(Duration::from_secs(120));
}

#[tokio::test]
async fn a_server_ends_when_its_process_is_killed() {
    if !installed() {
        return;
    }
    if std::env::var_os(HAS_A_SERVER).is_some() {
        return hold();
    }
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "mysql::ending::a_server_ends_when_its_process_is_killed"])
        .env(HAS_A_SERVER, "")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url =
        lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("url ")?.to_owned()));
    let url = url.expect("it tells its URL");
    let mut conn = Conn::from_url(&url).await.unwrap();
    let scratch: Option<String> = conn.query_first("SELECT @@tmpdir").await.unwrap();
    let scratch = PathBuf::from(scratch.unwrap());
    let folder = scratch.parent().unwrap();
    assert!(folder.is_dir(), "{}", folder.display());
    process.kill().unwrap();
    process.wait().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while folder.exists() {
        assert!(Instant::now() < end, "{} is still there", folder.display());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(Conn::from_url(&url).await.is_err(), "the server is still there");
}
