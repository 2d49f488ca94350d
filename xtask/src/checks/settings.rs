//! What the stage file has settings for is there, and is named so that it can be told apart.

use std::collections::HashMap;

use esteira_manifest::{Item, Kind};

use crate::{
    diagnostic::Diagnostic,
    graph::{Index, place},
    stage::Stage,
    suggest,
};

pub(super) fn check(index: &Index<'_>, stage: &Stage, mistakes: &mut Vec<Diagnostic>) {
    let mut named = HashMap::<&str, Vec<&Item>>::new();
    for item in index.manifest.items.iter().filter(|item| has_settings(&item.kind)) {
        named.entry(item.name()).or_default().push(item);
        if item.id != item.name() {
            named.entry(item.id.as_ref()).or_default().push(item);
        }
    }
    let app = &index.manifest.app;
    let mut first = HashMap::new();
    for key in stage.entries() {
        let name = key.name;
        let items = named.get(name).map_or(&[] as &[_], Vec::as_slice);
        let item = match items {
            [item] => item,
            [] => {
                let message = format!("application `{app}` has no resource or handler `{name}`");
                let mut known: Vec<_> = named.keys().copied().collect();
                known.retain(|known| known.contains("::") == name.contains("::"));
                known.sort_unstable();
                mistakes.push(
                    Diagnostic::new(message).at(key.place(), "").help(suggest::help(name, known)),
                );
                continue;
            }
            several => {
                let ids: Vec<_> = several.iter().map(|item| item.id.as_ref()).collect();
                let message = format!("`{name}` may be `{}`", ids.join("` or `"));
                let mut mistake = Diagnostic::new(message).at(key.place(), "");
                for item in several {
                    mistake = mistake.at(place(&item.at), "declared here");
                }
                mistakes.push(mistake.help(format!(
                    "write the path: [stage.{}.resources.\"{}\"]",
                    stage.name, ids[0]
                )));
                continue;
            }
        };
        if let Some(other) = first.insert(item.id.as_ref(), key) {
            mistakes.push(
                Diagnostic::new(format!("`{}` and `{name}` are one and the same", other.name))
                    .at(key.place(), "")
                    .at(other.place(), "and here")
                    .help("write all settings under one of the two names"),
            );
        }
    }
}

/// Whether a stage may say something of it; of what is only a shape there is nothing to say.
fn has_settings(kind: &Kind) -> bool {
    !matches!(kind, Kind::Event(_) | Kind::Row(_))
}
