//! The settings that every function has, whatever invokes it.

use quote::ToTokens;
use syn::{ItemFn, LitStr};

use crate::{arguments::Arguments, case::upper_camel, errors::Errors, item::unraw};

/// The settings of a function.
pub(crate) struct Settings {
    /// The Lambda's name.
    pub(crate) function: String,
    /// Memory in MiB.
    pub(crate) memory: u32,
    /// Timeout in seconds.
    pub(crate) timeout: u32,
}

impl Settings {
    /// The names of the arguments.
    pub(crate) const ARGUMENTS: &'static [&'static str] = &["name", "memory", "timeout"];

    /// Ranges: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub(crate) fn new(function: &ItemFn, arguments: &mut Arguments, errors: &mut Errors) -> Self {
        let name = arguments.take::<LitStr>("name", errors);
        if let Some(name) = &name {
            let text = name.value();
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if text.is_empty() || !text.chars().all(allowed) {
                errors.on(
                    name.to_token_stream(),
                    "a function's name has letters, digits, `-` and `_`, and at least one",
                );
            }
        }
        Self {
            function: name
                .map_or_else(|| upper_camel(&unraw(&function.sig.ident)), |name| name.value()),
            memory: arguments.number("memory", 128..=10_240, "MiB", 256, errors),
            timeout: arguments.number("timeout", 1..=900, "seconds", 30, errors),
        }
    }
}
