//! Where Terraform's providers lie on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::process;

/// The name of the folder of a registry inside a mirror.
const REGISTRY: &str = "registry.terraform.io";

/// The folder of a filesystem mirror that holds the AWS provider, if there is one.
///
/// A machine without access to Terraform's registry can have the provider unpacked anywhere, so
/// the whole file system is searched, once a process. On any other machine there is none and
/// Terraform downloads the provider.
pub fn mirror() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(|| search(Path::new("/"))).as_deref()
}

fn search(root: &Path) -> Option<PathBuf> {
    let mut find = Command::new("find");
    // A working folder's copy is a cache of links, which the next `init` may change.
    find.arg(root).args([
        "-xdev",
        "-name",
        ".terraform",
        "-prune",
        "-o",
        "-type",
        "d",
        "-name",
        REGISTRY,
        "-print",
    ]);
    // Unreadable folders make `find` fail; what it found counts nevertheless.
    let found = process::output(&mut find, Duration::from_secs(120)).ok()?;
    let mirrors = found
        .text
        .lines()
        .map(Path::new)
        .filter(|registry| registry.join("hashicorp/aws").is_dir());
    mirrors.filter_map(Path::parent).map(Path::to_owned).next()
}

/// The Terraform CLI configuration that takes providers from [`mirror`]; empty without one.
pub fn cli_config() -> String {
    mirror().map(config).unwrap_or_default()
}

fn config(mirror: &Path) -> String {
    let path = mirror.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!("provider_installation {{\n  filesystem_mirror {{\n    path = \"{path}\"\n  }}\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_mirror_and_no_working_copy() {
        let root = std::env::temp_dir().join(format!("esteira-mirror-{}", std::process::id()));
        let provider = Path::new(REGISTRY).join("hashicorp/aws");
        std::fs::create_dir_all(root.join("a/.terraform/providers").join(&provider)).unwrap();
        std::fs::create_dir_all(root.join("b").join(REGISTRY).join("hashicorp/random")).unwrap();
        assert_eq!(search(&root), None);
        std::fs::create_dir_all(root.join("c/mirror").join(&provider)).unwrap();
        assert_eq!(search(&root), Some(root.join("c/mirror")));
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_configuration_names_the_mirror() {
        assert_eq!(
            config(Path::new("/a \"b\"")),
            "provider_installation {\n  filesystem_mirror {\n    path = \"/a \\\"b\\\"\"\n  }\n}\n"
        );
    }
}
