//! The describe program: writes the manifest of an application.

use std::process::ExitCode;

use crate::{
    __private::Registered,
    manifest::{Item, Kind, Manifest, VERSION},
};

/// Writes the manifest of `app` to standard output, as JSON.
///
/// Fails if there is no handler: an application that nothing refers to loses its registrations
/// at link time, and an empty stack would be deployed.
pub fn main(app: &str) -> ExitCode {
    let mut items: Vec<Item> =
        inventory::iter::<Registered>.into_iter().map(|registered| registered.0.clone()).collect();
    items.sort_by(|a, b| (&a.id, &a.at).cmp(&(&b.id, &b.at)));
    if !items.iter().any(|item| matches!(item.kind, Kind::Handler(_))) {
        eprintln!(
            "error: `{app}` has no handler\n  = help: annotate an `async fn` of its library with `#[on_kinesis(stream = …)]` or `#[on_event(rule = …)]`, in a module that `lib.rs` declares"
        );
        return ExitCode::FAILURE;
    }
    let manifest = Manifest { version: VERSION, app: app.to_owned(), items };
    match serde_json::to_writer(std::io::stdout().lock(), &manifest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the manifest cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
