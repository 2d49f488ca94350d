//! Why a pattern is refused.

use std::fmt;

/// What is wrong with a pattern, where in it, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    path: String,
    reason: String,
    help: String,
}

impl Error {
    pub(crate) fn new(at: &At, reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: at.0.clone(), reason: reason.into(), help: help.into() }
    }

    /// Where it is, such as `detail.quantity[0].numeric`; empty for the pattern as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What to write instead.
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "{}; {}", self.reason, self.help)
    }
}

impl std::error::Error for Error {}

/// A place in a pattern.
#[derive(Default)]
pub(crate) struct At(String);

impl At {
    pub(crate) fn field(&self, name: &str) -> Self {
        let dot = if self.0.is_empty() { "" } else { "." };
        Self(format!("{}{dot}{name}", self.0))
    }

    pub(crate) fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }
}
