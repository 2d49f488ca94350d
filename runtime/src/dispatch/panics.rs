//! A panic of a handler is a failure of its record, not of the function.

use std::{any::Any, fmt, panic::AssertUnwindSafe};

use futures_util::FutureExt;

use crate::Result;

/// What a handler panicked with.
#[derive(Debug)]
struct Panicked(String);

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the handler panicked: {}", self.0)
    }
}

impl std::error::Error for Panicked {}

/// Runs a handler; its panic becomes its error. What the panic may have left half done is dropped
/// with the future: handles share nothing that a panic could leave inconsistent.
pub(crate) async fn caught<T>(handler: impl Future<Output = Result<T>>) -> Result<T> {
    match AssertUnwindSafe(handler).catch_unwind().await {
        Ok(result) => result,
        Err(panic) => Err(Panicked(message(&*panic)).into()),
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "with a value that is no text".to_owned())
}
