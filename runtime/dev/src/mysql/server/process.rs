//! A program that ends with us.

use std::env;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::mysql::error::Error;

/// Where servers are installed besides the folders of `PATH`.
const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/// Runs a program until it ends, or until the other end of the standard input is closed: then it is
/// asked to end, and killed if it has not after a while, and its folder is removed. Whoever holds that
/// other end may be killed.
const KEEPER: &str = r#"
folder=$1
shift
exec 3<&0
"$@" 3<&- </dev/null &
program=$!
{
    cat <&3 >/dev/null
    : >"$folder/closing"
    kill "$program"
    sleep 10
    kill -9 "$program"
} 2>/dev/null &
watcher=$!
exec 3<&-
wait "$program"
code=$?
kill "$watcher" 2>/dev/null
if [ -e "$folder/closing" ]; then
    rm -rf "$folder"
fi
exit "$code"
"#;

/// What a program writes, in its folder.
pub(super) const LOG: &str = "log";

/// How long a program may take to end before it is left to its keeper.
const PATIENCE: Duration = Duration::from_secs(12);

/// A program of MariaDB.
///
/// # Errors
///
/// It is not installed.
pub(super) fn find(name: &str) -> Result<PathBuf, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(FOLDERS.map(PathBuf::from));
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| Error::Server {
        reason: format!(
            "`{name}` is not installed: install MariaDB (`apt-get install mariadb-server`, `brew \
             install mariadb`), or give the URL of a server, \
             `mysql://user:password@127.0.0.1:3306/database`"
        ),
    })
}

/// What MariaDB has to be told to run as root, which it does not do unasked.
pub(super) fn user(folder: &Path) -> Option<String> {
    // A folder that was just made is of whoever made it.
    let root = fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0);
    root.then(|| "--user=root".to_owned())
}

/// A running program.
#[derive(Debug)]
pub(super) struct Process(Child);

impl Process {
    /// Starts a program with a folder that is its alone, in which it writes to the file `log`.
    pub(super) fn start(program: &Path, arguments: &[String], folder: &Path) -> io::Result<Self> {
        let log = File::create(folder.join(LOG))?;
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER, "sh"])
            .arg(folder)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C in a terminal is for us: the program ends when we have done with it.
            .process_group(0)
            .spawn()?;
        Ok(Self(keeper))
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let end = Instant::now() + PATIENCE;
        while !self.has_ended() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_ends_with_its_keeper_and_its_end_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let start = |script: &str| {
            let arguments = ["-c".to_owned(), script.to_owned()];
            Process::start(Path::new("/bin/sh"), &arguments, folder.path()).unwrap()
        };
        let begin = Instant::now();
        let mut process = start("echo ended; exit 3");
        while !process.has_ended() {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(process.0.wait().unwrap().code(), Some(3));
        let log = folder.path().join(LOG);
        assert_eq!(fs::read_to_string(&log).unwrap(), "ended\n", "it can be asked why it ended");
        let mut process = start("echo begun; exec sleep 60");
        while fs::read_to_string(&log).unwrap() != "begun\n" {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(!process.has_ended());
        drop(process);
        assert!(!folder.path().exists(), "nobody needs it any more");
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    }

    #[test]
    fn what_is_not_installed_is_told_with_what_to_do() {
        let refusal = find("mariadb-that-is-not").unwrap_err().to_string();
        assert!(refusal.starts_with("`mariadb-that-is-not` is not installed"), "{refusal}");
        assert!(refusal.contains("apt-get install mariadb-server"), "{refusal}");
    }
}
