//! TOML files of the user, read so that a mistake can be shown at its line.

use std::{fs, ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    diagnostic::{Diagnostic, Place, Result},
    suggest,
    workspace::relative,
};

/// A TOML file: its text, and the name under which mistakes in it are reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TomlFile {
    /// Relative to the workspace root.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl TomlFile {
    /// Reads a file, which is named relative to `root` in messages.
    pub(crate) fn read(path: &Path, root: &Path) -> Result<Self> {
        let name = relative(root, path);
        match fs::read_to_string(path) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(Diagnostic::new(format!("cannot read {name}: {error}")).into()),
        }
    }

    /// The place of a byte.
    pub(crate) fn place(&self, byte: usize) -> Place {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let clamp = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Place { column: Some(clamp(column)), ..Place::new(&self.name, clamp(line)) }
    }

    /// A mistake at a byte of this file.
    pub(crate) fn mistake(&self, message: impl Into<String>, byte: usize) -> Diagnostic {
        Diagnostic::new(message).at(self.place(byte), "")
    }

    /// A mistake that the TOML parser found.
    pub(crate) fn parse_error(&self, error: &toml::de::Error) -> Diagnostic {
        let message = error.message().trim_end_matches('.').replace('\n', "; ");
        let at = error.span().map_or(0, |span| span.start);
        match unknown(&message) {
            Some((what, word, known)) => {
                let help = suggest::help(word, known);
                self.mistake(format!("{what} `{word}`"), at).help(help)
            }
            None => self.mistake(message, at),
        }
    }

    /// Where a key is written, or the nearest table above it that is; the start of the file if
    /// none is.
    pub(crate) fn find(&self, path: &[&str]) -> usize {
        let Ok(table) = DeTable::parse(&self.text) else { return 0 };
        deepest(table.get_ref(), path).map_or(0, |span| span.start)
    }
}

/// What serde calls a word that it does not know, the word, and those it does.
fn unknown(message: &str) -> Option<(&str, &str, Vec<&str>)> {
    let mut parts = message.split('`');
    let what = parts.next()?.trim_end();
    let known = matches!(what, "unknown field" | "unknown variant");
    known.then_some((what, parts.next()?, parts.skip(1).step_by(2).collect()))
}

fn deepest(table: &DeTable<'_>, path: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    let (key, value): (&Spanned<_>, &Spanned<DeValue<'_>>) =
        table.iter().find(|(key, _)| key.get_ref() == first)?;
    value.get_ref().as_table().and_then(|table| deepest(table, rest)).or_else(|| Some(key.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> TomlFile {
        TomlFile { name: "Cargo.toml".into(), text: text.into() }
    }

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let file = file("é = 1\n# ç\nb = 2\n");
        let byte = file.text.find("= 2").unwrap();
        assert_eq!(file.place(byte).to_string(), "Cargo.toml:3:3");
        assert_eq!(file.place(usize::MAX).line, 4);
    }

    #[test]
    fn a_key_that_is_missing_is_reported_at_its_table() {
        let file = file("[package]\nname = \"x\"\n[features]\nlambda = []\n");
        let line = |path: &[&str]| file.place(file.find(path)).line;
        assert_eq!(line(&["features", "lambda"]), 4);
        assert_eq!(line(&["features", "aws"]), 3);
        assert_eq!(line(&["package", "name"]), 2);
        assert_eq!(line(&["lib"]), 1);
    }

    #[test]
    fn a_parse_error_names_line_and_column() {
        let file = file("[stage.dev\nnames = 1\n");
        let error = DeTable::parse(&file.text).unwrap_err();
        let text = file.parse_error(&error).to_string();
        assert!(text.contains("--> Cargo.toml:1:"), "{text}");
    }
}
