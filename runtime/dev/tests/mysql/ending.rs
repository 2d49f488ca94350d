//! That a server ends with the process that has it, however that ends.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use esteira_dev::mysql::{Definition, Server};

use super::harness::installed;

/// What the process that is killed runs: a server, whose port it tells, until it is killed.
#[test]
#[ignore = "only another test runs it, as a process of its own"]
fn a_process_with_a_server() {
    let server = Server::start(None, &Definition::default()).unwrap();
    println!("\nport {}", server.port());
    std::io::stdout().flush().unwrap();
    std::thread::sleep(Duration::from_secs(120));
}

#[test]
fn a_server_ends_when_its_process_is_killed() {
    if !installed() {
        return;
    }
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "mysql::ending::a_process_with_a_server"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port =
        lines.map_while(Result::ok).find_map(|line| line.strip_prefix("port ")?.parse().ok());
    let port: u16 = port.expect("it tells its port");
    let answers = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    assert!(answers());
    process.kill().unwrap();
    process.wait().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while answers() {
        assert!(Instant::now() < end, "the server is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}
