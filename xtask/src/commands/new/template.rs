//! The files of a new application.

use std::path::Path;

use super::{origin::Source, vcs::Repository};

/// A path in the new application, and the text there. The files lie in a folder of their own and
/// some under other names, where neither cargo nor git nor a server takes them for its own.
macro_rules! template {
    ($path:expr, $file:literal) => {
        ($path, include_str!(concat!("../../../templates/new/", $file)))
    };
}

const IGNORED: &str = ".gitignore";
const CI: &str = ".github/workflows/ci.yml";

const TEMPLATES: [(&str, &str); 12] = [
    template!(".cargo/config.toml", "config.toml"),
    template!(CI, "ci.yml"),
    template!(IGNORED, "gitignore"),
    template!("Cargo.toml", "workspace.toml"),
    template!("README.md", "readme.md"),
    template!("esteira.toml", "esteira.toml"),
    template!("rust-toolchain.toml", "rust-toolchain.toml"),
    template!("src/lib.rs", "lib.rs"),
    template!("src/orders.rs", "orders.rs"),
    template!("src/record_order.rs", "record_order.rs"),
    template!("xtask/Cargo.toml", "xtask.toml"),
    template!("xtask/src/main.rs", "xtask.rs"),
];

/// The files of an application in a folder, by their path in it.
pub(super) fn files(
    name: &str,
    source: &Source,
    folder: &Path,
    repository: Repository,
) -> Vec<(&'static str, String)> {
    let [runtime, tool] = source.dependencies(folder);
    let render = |text: &str| {
        text.replace("\"{{esteira}}\"", &runtime)
            .replace("\"{{esteira-xtask}}\"", &tool)
            .replace("{{rust-version}}", env!("CARGO_PKG_RUST_VERSION"))
            .replace("{{name}}", name)
    };
    let wanted = |path: &str| match path {
        IGNORED => repository != Repository::None,
        CI => repository != Repository::Inside,
        _ => true,
    };
    let files = TEMPLATES.into_iter().filter(|(path, _)| wanted(path));
    files.map(|(path, text)| (path, render(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(repository: Repository) -> Vec<&'static str> {
        let files = files("shop", &Source::Registry, Path::new("/shop"), repository);
        files.into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn nothing_is_left_to_replace_and_every_toml_file_is_one() {
        for (path, text) in files("shop", &Source::Registry, Path::new("/shop"), Repository::Top) {
            assert!(!text.replace("${{", "").contains("{{"), "{path}: {text}");
            if path.ends_with(".toml") {
                text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{path}: {error}"));
            }
        }
    }

    #[test]
    fn what_only_a_repository_reads_is_written_where_it_is_read() {
        assert_eq!(names(Repository::Top).len(), TEMPLATES.len());
        let without = |file: &str| {
            let all = TEMPLATES.iter().map(|(path, _)| *path);
            all.filter(|path| *path != file).collect::<Vec<_>>()
        };
        assert_eq!(names(Repository::Inside), without(CI));
        assert_eq!(names(Repository::None), without(IGNORED));
    }

    #[test]
    fn the_toolchain_is_the_one_that_esteira_is_tested_with() {
        let ours = include_str!("../../../../rust-toolchain.toml").parse::<toml::Table>().unwrap();
        let files = files("shop", &Source::Registry, Path::new("/shop"), Repository::Top);
        let (_, text) = files.iter().find(|(path, _)| *path == "rust-toolchain.toml").unwrap();
        let theirs = text.parse::<toml::Table>().unwrap();
        assert_eq!(theirs["toolchain"]["channel"], ours["toolchain"]["channel"]);
    }
}
