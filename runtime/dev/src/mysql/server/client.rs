//! The `mariadb` command line. It knows `DELIMITER`, which a server does not, and says in which line
//! of a script a mistake is.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The command line, for the server behind a socket: on a port another may listen than we mean.
#[derive(Debug)]
pub(super) struct Client {
    program: PathBuf,
    socket: PathBuf,
}

impl Client {
    pub(super) fn new(program: PathBuf, socket: PathBuf) -> Self {
        Self { program, socket }
    }

    /// Runs a script, and returns what it prints.
    ///
    /// # Errors
    ///
    /// In the words of the command line, `ERROR 1064 (42000) at line 3: …`.
    pub(super) fn run(&self, database: Option<&str>, script: &str) -> Result<String, String> {
        let mut child = Command::new(&self.program)
            .args(["--no-defaults", "--user=root", "--batch"])
            .args(["--skip-column-names", "--default-character-set=utf8mb4"])
            .arg(format!("--socket={}", self.socket.display()))
            .args(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        if let Some(mut input) = child.stdin.take() {
            let script = script.to_owned();
            // It may end before it has read everything, and then says why.
            std::thread::spawn(move || input.write_all(script.as_bytes()));
        }
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }
}

/// Splits `ERROR 1064 (42000) at line 3: You have …` into the line and the rest.
pub(super) fn line(message: &str) -> Option<(u32, &str)> {
    let (_, rest) = message.split_once(" at line ")?;
    let (line, reason) = rest.split_once(": ")?;
    Some((line.parse().ok()?, reason))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_refusal_tells_the_line() {
        let message = "ERROR 1064 (42000) at line 3: You have an error: x";
        assert_eq!(line(message), Some((3, "You have an error: x")));
        assert_eq!(line("ERROR 2002 (HY000): Can't connect"), None);
    }
}
