//! The describe program: writes the manifest of an application.

use std::process::ExitCode;

#[doc(hidden)]
pub mod taken;
mod trace;

pub(crate) use trace::shape;

use crate::{
    __private::Registered,
    manifest::{Item, Kind, Manifest, Trigger, VERSION},
};

/// Writes the manifest of `app` to standard output, as JSON.
///
/// Fails if there is no handler: an application that nothing refers to loses its registrations
/// at link time, and an empty stack would be deployed.
pub fn main(app: &str) -> ExitCode {
    let manifest = manifest(app);
    if !manifest.items.iter().any(|item| matches!(item.kind, Kind::Handler(_))) {
        eprintln!(
            "error: `{app}` has no handler\n  = help: annotate an `async fn` of its library with `#[on_kinesis(stream = …)]` or `#[on_event(rule = …)]`, in a module that `lib.rs` declares"
        );
        return ExitCode::FAILURE;
    }
    match serde_json::to_writer(std::io::stdout().lock(), &manifest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the manifest cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is declared in all that is linked into this program, as the manifest of `app`.
#[must_use]
pub fn manifest(app: &str) -> Manifest {
    let mut items: Vec<Item> =
        inventory::iter::<Registered>.into_iter().map(|registered| registered.0.clone()).collect();
    items.iter_mut().for_each(learn);
    items.sort_by(|a, b| (&a.id, &a.at).cmp(&(&b.id, &b.at)));
    Manifest { version: VERSION, app: app.to_owned(), items }
}

/// Adds what a handler takes, if no declared type says it.
fn learn(item: &mut Item) {
    let Kind::Handler(handler) = &mut item.kind else { return };
    let declared = match &handler.trigger {
        Trigger::Kinesis(trigger) => &trigger.row,
        Trigger::Event(trigger) => &trigger.event,
    };
    if declared.is_none() {
        let mut all = inventory::iter::<taken::Taken>.into_iter();
        handler.input = all.find(|taken| taken.item.id == item.id).and_then(|it| (it.shape)());
    }
}
