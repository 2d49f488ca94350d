//! Tags of every resource of a stage.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use toml::Spanned;

use crate::diagnostic::Diagnostic;

/// The tags that every resource has anyway.
pub(crate) const OURS: [&str; 3] = ["app", "stage", "managed-by"];

/// The tag that AWS shows as the name, which what has no name of its own is given.
const NAME: &str = "Name";

/// The limits that all services share
/// (<https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>).
const TAGS: usize = 50;
const KEY: usize = 128;
const VALUE: usize = 256;
const SIGNS: &str = "_.:/=+-@";

pub(super) type Tags = BTreeMap<Spanned<String>, Spanned<String>>;

/// What AWS would refuse, each with where it is written.
pub(super) fn check(tags: &Tags) -> Vec<(Range<usize>, Diagnostic)> {
    let mut mistakes = Vec::new();
    // IAM, whose roles are tagged too, does not tell keys apart by case
    // (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>).
    let ours = OURS.into_iter().chain([NAME]);
    let mut keys: HashSet<String> = ours.clone().map(str::to_lowercase).collect();
    let reserved = keys.len();
    for (n, (key, value)) in tags.iter().enumerate() {
        let mut refuse = |span, mistake| mistakes.push((span, mistake));
        if n == TAGS - reserved {
            let message = format!("AWS takes {TAGS} tags, and four are esteira's own");
            let help = format!("write at most {n}");
            refuse(key.span(), Diagnostic::new(message).help(help));
        }
        if !keys.insert(key.get_ref().to_lowercase()) {
            let ours = ours.clone().collect::<Vec<_>>().join("`, `");
            let help = format!("`{ours}` are esteira's own, and case makes no difference");
            let message = format!("there already is a tag `{}`", key.get_ref());
            refuse(key.span(), Diagnostic::new(message).help(help));
        }
        if let Err(mistake) = check_text("key", key.get_ref(), 1, KEY) {
            refuse(key.span(), mistake);
        }
        if let Err(mistake) = check_text("value", value.get_ref(), 0, VALUE) {
            refuse(value.span(), mistake);
        }
    }
    mistakes
}

fn check_text(what: &str, text: &str, least: usize, most: usize) -> Result<(), Diagnostic> {
    let count = text.chars().count();
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || SIGNS.contains(c);
    if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        return Err(Diagnostic::new(format!("the {what} of a tag has the character {bad:?}"))
            .help(format!("AWS takes letters, digits, spaces and {SIGNS}")));
    }
    if !(least..=most).contains(&count) {
        return Err(Diagnostic::new(format!("the {what} of a tag has {count} characters"))
            .help(format!("AWS takes {least} to {most}")));
    }
    if text.to_lowercase().starts_with("aws:") {
        return Err(Diagnostic::new(format!("the {what} `{text}` of a tag belongs to AWS"))
            .help("begin it with anything but `aws:`"));
    }
    Ok(())
}
