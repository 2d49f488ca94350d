//! The name of a new package.

use std::path::Path;

use heck::ToKebabCase;

use crate::diagnostic::{Diagnostic, Result};

/// Names of packages that the new one depends on, or has beside it.
const TAKEN: [&str; 5] = ["esteira", "esteira-xtask", "serde", "tokio", "xtask"];

/// Names that rustc or cargo keep for themselves, besides keywords.
const RESERVED: [&str; 6] = ["alloc", "core", "proc_macro", "self", "std", "test"];

/// <https://doc.rust-lang.org/reference/keywords.html>, those of 2024.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield", "Self",
];

/// The name that the user gives, else that of the folder.
pub(super) fn choose(given: Option<&str>, folder: &Path) -> Result<String> {
    let of_folder = || Some(folder.file_name()?.to_string_lossy().into_owned());
    let Some(name) = given.map(str::to_owned).or_else(of_folder) else {
        let message = format!("{} has no name to give to the application", folder.display());
        return Err(Diagnostic::new(message).help("name it with `--name`").into());
    };
    let Some(why) = refusal(&name) else { return Ok(name) };
    let better = name.to_kebab_case();
    let help = match refusal(&better) {
        None => format!("write `--name {better}`"),
        Some(_) => "name it with `--name`, such as `--name orders`".into(),
    };
    Err(Diagnostic::new(format!("`{name}` cannot be the name of a package: {why}"))
        .help(help)
        .into())
}

/// Why cargo would not take a name, or the application could not be built under it.
///
/// <https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field>
fn refusal(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if let Some(bad) = name.chars().find(|c| !allowed(*c)) {
        return Some(format!("{bad:?} is no letter a-z, digit, hyphen or underscore"));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("it does not start with a letter".into());
    }
    let krate = name.replace('-', "_");
    if KEYWORDS.contains(&krate.as_str()) || RESERVED.contains(&krate.as_str()) {
        return Some("Rust has another use for it".into());
    }
    TAKEN.contains(&name).then(|| "another package of the application has it".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_gives_the_name_unless_another_is_given() {
        let folder = Path::new("/somewhere/shop-orders");
        assert_eq!(choose(None, folder).unwrap(), "shop-orders");
        assert_eq!(choose(Some("shop_2"), folder).unwrap(), "shop_2");
    }

    #[test]
    fn a_name_that_cannot_be_is_refused_with_one_that_can() {
        for (folder, why, help) in [
            ("/My Shop", "' ' is no letter", "--name my-shop`"),
            ("/2nd-shop", "does not start with a letter", "such as `--name orders`"),
            ("/lojá", "'á' is no letter", "such as"),
            ("/match", "Rust has another use", "such as"),
            ("/test", "Rust has another use", "such as"),
            ("/xtask", "another package", "such as"),
            ("/serde", "another package", "such as"),
            ("/", "has no name to give", "--name"),
        ] {
            let refused = choose(None, Path::new(folder)).unwrap_err().0[0].to_string();
            assert!(refused.contains(why) && refused.contains(help), "{refused}");
        }
    }
}
