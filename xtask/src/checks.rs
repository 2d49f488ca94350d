//! What has to hold before anything is written. Each mistake is reported, not only the first.

use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    graph::Index,
    stage::Stage,
};

mod duplicates;
mod events;
mod grants;
mod limits;
mod names;
mod patterns;
mod references;

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
    patterns::check(index, &mut mistakes);
    grants::check(index, &mut mistakes);

    if mistakes.is_empty() {
        return Ok(());
    }
    mistakes.sort_by(|a, b| a.places.first().map(|p| &p.0).cmp(&b.places.first().map(|p| &p.0)));
    Err(Failure(mistakes))
}

#[cfg(test)]
mod tests;
