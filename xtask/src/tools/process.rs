//! Running programs with a deadline, and ending everything that was started.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Whether its exit code was zero.
    pub success: bool,
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote on both streams, in the order in which the lines arrived.
    pub text: String,
}

/// Runs a program to its end and keeps what it writes.
///
/// # Errors
///
/// It cannot be started, or did not end in time; then it and its descendants were killed.
pub fn output(command: &mut Command, limit: Duration) -> io::Result<Finished> {
    run(command, limit, |_| {})
}

/// Like [`output`], but hands over every line as it arrives.
///
/// # Errors
///
/// It cannot be started, or did not end in time; then it and its descendants were killed.
pub fn run(
    command: &mut Command,
    limit: Duration,
    mut line: impl FnMut(&str),
) -> io::Result<Finished> {
    let end = Instant::now() + limit;
    let program = command.get_program().to_string_lossy().into_owned();
    let named = |e: io::Error| io::Error::new(e.kind(), format!("{program}: {e}"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Guard(command.spawn().map_err(named)?);
    let (sender, lines) = mpsc::channel();
    for stream in
        [child.0.stdout.take().map(boxed), child.0.stderr.take().map(boxed)].into_iter().flatten()
    {
        let sender = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                // The receiver is gone when the deadline has passed.
                let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
            }
        });
    }
    drop(sender);
    let mut text = String::new();
    let late = || {
        io::Error::new(io::ErrorKind::TimedOut, format!("{program} did not end within {limit:?}"))
    };
    let status = loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(received) => {
                line(&received);
                text.push_str(&received);
                text.push('\n');
            }
            // A daemon may hold the streams open after the program itself has ended.
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if let Some(status) = child.0.try_wait()? {
                    break status;
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => match child.0.try_wait()? {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(5)),
            },
        }
        if Instant::now() > end {
            return Err(late());
        }
    };
    Ok(Finished { success: status.success(), code: status.code(), text })
}

fn boxed(stream: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(stream)
}

/// A program that is killed, with all its descendants, when this is dropped.
#[derive(Debug)]
pub struct Guard(pub Child);

impl Guard {
    /// Asks the program to end, waits for it, and kills what is left of it after `patience`.
    pub fn stop(&mut self, patience: Duration) {
        let end = Instant::now() + patience;
        // Listed before the end of the program orphans them.
        let family = family(self.0.id());
        if matches!(self.0.try_wait(), Ok(None)) {
            signal("TERM", &[self.0.id()]);
        }
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        let left: Vec<u32> = family
            .into_iter()
            .filter(|(pid, born)| birth(*pid) == Some(*born))
            .map(|(pid, _)| pid)
            .collect();
        signal("KILL", &left);
        // Only fails where there is nothing left to wait for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            self.stop(Duration::ZERO);
        }
    }
}

fn signal(name: &str, processes: &[u32]) {
    if !processes.is_empty() {
        // The shell's own `kill` is there on every system; a process that is gone is no failure.
        let processes = processes.iter().map(u32::to_string);
        let _ = Command::new("sh")
            .args(["-c", "kill -s \"$@\" 2>/dev/null", "sh", name])
            .args(processes)
            .status();
    }
}

/// A process and its descendants, each with the time of its birth, so that a number that the
/// system has given to another process in the meantime is not mistaken for it.
fn family(root: u32) -> Vec<(u32, u64)> {
    let all: Vec<(u32, u32, u64)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| stat(pid).map(|(parent, born)| (pid, parent, born)))
        .collect();
    let mut found: Vec<(u32, u64)> =
        all.iter().filter(|(pid, ..)| *pid == root).map(|(pid, _, born)| (*pid, *born)).collect();
    let mut next = 0;
    while let Some((parent, _)) = found.get(next).copied() {
        found.extend(
            all.iter().filter(|(_, its, _)| *its == parent).map(|(pid, _, born)| (*pid, *born)),
        );
        next += 1;
    }
    found
}

fn birth(pid: u32) -> Option<u64> {
    stat(pid).map(|(_, born)| born)
}

/// The parent and the time of birth of a process.
fn stat(pid: u32) -> Option<(u32, u64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    Some((fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_streams_and_the_code() {
        let finished = output(
            Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]),
            Duration::from_secs(20),
        )
        .unwrap();
        assert_eq!((finished.success, finished.code), (false, Some(3)));
        assert!(
            finished.text.contains("out\n") && finished.text.contains("err\n"),
            "{}",
            finished.text
        );
    }

    #[test]
    fn a_late_program_is_killed_with_its_children() {
        let mut pids = Vec::new();
        let error = run(
            Command::new("sh").args(["-c", "sleep 600 & echo $!; echo $$; wait"]),
            Duration::from_secs(1),
            |line| pids.push(line.parse::<u32>().unwrap()),
        )
        .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(pids.len(), 2);
        std::thread::sleep(Duration::from_millis(200));
        let alive = |pid: &u32| {
            fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|text| !text.contains(") Z "))
        };
        assert!(!pids.iter().any(alive), "{pids:?}");
    }
}
