//! The manifest as the tool sees it: read from the describe program, made independent of where
//! the checkout lies.

use std::{borrow::Cow, path::Path};

use esteira_manifest::{Kind, Location, Manifest, VERSION};
use serde::Deserialize;

use crate::{
    cargo,
    diagnostic::{Diagnostic, Result},
    sources::LINK,
    workspace::relative,
};

/// Only the version, which says whether the rest can be understood.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Reads what the describe program printed.
pub(crate) fn read(json: &[u8]) -> Result<Manifest> {
    let help = "the application's `esteira` and this tool, `esteira-xtask`, must have the same \
                version: compare them in Cargo.lock";
    if let Ok(Version { version }) = serde_json::from_slice(json)
        && version != VERSION
    {
        let message = format!(
            "the application's manifest has version {version}, and this tool reads {VERSION}"
        );
        return Err(Diagnostic::new(message).help(help).into());
    }
    serde_json::from_slice(json).map_err(|error| {
        Diagnostic::new(format!("cannot understand the application's manifest: {error}"))
            .help(help)
            .into()
    })
}

/// Rewrites the file of every location relative to the workspace root, and orders items by id.
pub(crate) fn relocate(mut manifest: Manifest, sources: &Path, root: &Path) -> Manifest {
    let home = cargo::home().unwrap_or_default();
    let rewrite = |at: &mut Location| {
        at.file = Cow::Owned(file(&at.file, sources, root, &home));
    };
    for item in &mut manifest.items {
        rewrite(&mut item.at);
        if let Kind::Handler(handler) = &mut item.kind {
            handler.parameters.to_mut().iter_mut().for_each(|p| rewrite(&mut p.at));
            handler.allows.to_mut().iter_mut().for_each(|allow| rewrite(&mut allow.at));
        }
    }
    manifest.items.sort_by(|a, b| a.id.cmp(&b.id));
    manifest
}

/// A file name of the compiler's: through the link for local packages; absolute for downloaded
/// ones, of which the package's folder and what is below it are kept.
fn file(file: &str, sources: &Path, root: &Path, home: &Path) -> String {
    let path = Path::new(file);
    if let Ok(path) = path.strip_prefix(LINK) {
        return relative(root, &sources.join(path));
    }
    // registry/src/<index>/<package>, git/checkouts/<repository>/<revision>
    match path.strip_prefix(home) {
        Ok(path) => path.components().skip(3).map(|c| c.as_os_str().to_string_lossy()).fold(
            String::new(),
            |path, part| {
                if path.is_empty() { part.into_owned() } else { format!("{path}/{part}") }
            },
        ),
        Err(_) => file.to_owned(),
    }
}

/// The JSON of a manifest, as `manifest.json` holds it.
pub(crate) fn json(manifest: &Manifest) -> Result<String> {
    let json = serde_json::to_string_pretty(manifest)
        .map_err(|error| Diagnostic::new(format!("cannot write the manifest: {error}")))?;
    Ok(json + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_the_workspace_root() {
        let file = |name: &str| {
            super::file(name, Path::new("/w"), Path::new("/w/apps/one"), Path::new("/home/.cargo"))
        };
        assert_eq!(file("source/apps/one/src/lib.rs"), "src/lib.rs");
        assert_eq!(file("source/runtime/src/lib.rs"), "../../runtime/src/lib.rs");
        assert_eq!(
            file("/home/.cargo/registry/src/index-1/events-1.0.0/src/lib.rs"),
            "events-1.0.0/src/lib.rs"
        );
    }

    #[test]
    fn items_are_ordered_by_id() {
        let item = |id: &'static str| esteira_manifest::Item {
            id: id.into(),
            at: Location { package: "a".into(), file: "source/src/lib.rs".into(), line: 1 },
            kind: Kind::Topic(esteira_manifest::Topic {
                name: "t".into(),
                fifo: false,
                kms_key: None,
                existing: false,
            }),
        };
        let manifest =
            Manifest { version: VERSION, app: "a".into(), items: vec![item("a::b"), item("a::a")] };
        let manifest = relocate(manifest, Path::new("/w"), Path::new("/w"));
        assert_eq!(manifest.items[0].id, "a::a");
        assert_eq!(manifest.items[0].at.file, "src/lib.rs");
    }

    #[test]
    fn another_version_and_an_unknown_field_are_explained() {
        let text = |json: &[u8]| read(json).unwrap_err().0[0].to_string();
        let newer = text(br#"{"version": 99, "app": "a", "items": [], "more": 1}"#);
        assert!(newer.contains("has version 99"), "{newer}");
        let unknown = text(br#"{"version": 4, "app": "a", "items": [], "more": 1}"#);
        assert!(unknown.contains("unknown field `more`"), "{unknown}");
        assert!(unknown.contains("same version"), "{unknown}");
    }
}
