//! What can be read off the executable of a function without running it.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::suite::Architecture;

/// The bytes of an executable.
#[derive(Debug)]
pub struct Binary(Vec<u8>);

impl Binary {
    /// Reads an executable.
    ///
    /// # Errors
    ///
    /// It cannot be read or is no ELF file.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(file).with_context(|| file.display().to_string())?;
        ensure!(
            bytes.starts_with(b"\x7fELF") && bytes.len() > 64,
            "{} is no ELF file",
            file.display()
        );
        Ok(Self(bytes))
    }

    /// The processor it runs on; none if it is another than functions can have.
    pub fn architecture(&self) -> Option<Architecture> {
        match u16::from_le_bytes([self.0[18], self.0[19]]) {
            62 => Some(Architecture::X86_64),
            183 => Some(Architecture::Arm64),
            _ => None,
        }
    }

    /// The newest glibc that one of its symbols asks for, as the number after `2.`; none if it
    /// asks for no version.
    pub fn newest_glibc(&self) -> Option<u32> {
        const PREFIX: &[u8] = b"GLIBC_2.";
        let at = |start: usize| {
            let digits = self.0[start..].iter().take_while(|byte| byte.is_ascii_digit());
            std::str::from_utf8(&self.0[start..start + digits.count()]).ok()?.parse().ok()
        };
        let found =
            self.0.windows(PREFIX.len()).enumerate().filter(|(_, window)| *window == PREFIX);
        found.filter_map(|(start, _)| at(start + PREFIX.len())).max()
    }

    /// Whether the text occurs in it.
    pub fn contains(&self, text: &str) -> bool {
        self.0.windows(text.len()).any(|window| window == text.as_bytes())
    }
}
