//! What has to hold before anything is written. Each mistake is reported, not only the first.

use std::collections::HashMap;

use crate::{
    diagnostic::{Diagnostic, Failure, Place, Result},
    graph::{Graph, Index},
    stage::Stage,
};

mod allows;
mod captures;
mod duplicates;
mod events;
mod grants;
mod limits;
mod names;
mod patterns;
mod references;
mod settings;
mod sizes;

/// Runs every check.
///
/// # Errors
///
/// All mistakes found, ordered by where to edit.
pub(crate) fn run(index: &Index<'_>, stage: &Stage) -> Result<()> {
    let mut mistakes = Vec::new();
    if index.handlers.is_empty() {
        mistakes.push(
            Diagnostic::new(format!("application `{}` has no handler", index.manifest.app)).help(
                "annotate an async function with `#[on_kinesis(stream = …)]` or \
                 `#[on_event(rule = …)]`",
            ),
        );
    }
    references::check(index, &mut mistakes);
    duplicates::check(index, stage, &mut mistakes);
    names::check(index, stage, &mut mistakes);
    limits::check(index, &mut mistakes);
    events::check(index, &mut mistakes);
    captures::check(index, &mut mistakes);
    patterns::check(index, &mut mistakes);
    grants::check(index, &mut mistakes);
    allows::check(index, &mut mistakes);
    settings::check(index, stage, &mut mistakes);

    ordered(mistakes)
}

/// Runs the checks that take the whole graph.
///
/// # Errors
///
/// All mistakes found, ordered by where to edit.
pub(crate) fn whole(graph: &Graph) -> Result<()> {
    let mut mistakes = Vec::new();
    sizes::check(graph, &mut mistakes);
    duplicates::groups(graph, &mut mistakes);
    ordered(mistakes)
}

fn ordered(mut mistakes: Vec<Diagnostic>) -> Result<()> {
    if mistakes.is_empty() {
        return Ok(());
    }
    mistakes.sort_by(|a, b| a.places.first().map(|p| &p.0).cmp(&b.places.first().map(|p| &p.0)));
    Err(Failure(mistakes))
}

/// Mistakes that take several applications to see: resources of one kind and one name, of which
/// an account takes only one.
pub(crate) fn between<'a>(graphs: impl Iterator<Item = &'a Graph>) -> Vec<Diagnostic> {
    let mut first: HashMap<_, (&str, &Place)> = HashMap::new();
    let mut mistakes = Vec::new();
    for graph in graphs {
        for (noun, node) in graph.named() {
            let key = (noun, node.name.as_str());
            match first.get(&key) {
                Some((app, other)) if *app != graph.app.as_str() => mistakes.push(
                    Diagnostic::new(format!(
                        "the applications `{app}` and `{}` both have a {noun} named `{}`",
                        graph.app, node.name
                    ))
                    .at(node.at.clone(), "declared again here")
                    .at((*other).clone(), "first declared here")
                    .help(format!(
                        "give one of them another name, or one application another pattern in its esteira.toml: `names = \"{{stage}}-{}-{{name}}\"`",
                        graph.app
                    )),
                ),
                Some(_) => {}
                None => {
                    first.insert(key, (&graph.app, &node.at));
                }
            }
        }
    }
    mistakes
}

#[cfg(test)]
mod tests;
