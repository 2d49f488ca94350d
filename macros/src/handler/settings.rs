//! The settings that every function has, whatever invokes it.

use proc_macro2::Ident;
use syn::LitStr;

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
    pub(crate) fn new(function: &Ident, arguments: &mut Arguments, errors: &mut Errors) -> Self {
        let default = upper_camel(&unraw(function));
        let name = arguments.take::<LitStr>("name", errors);
        match &name {
            Some(name) if !is_legal(&name.value()) => errors.on(
                name,
                "a function's name has ASCII letters, digits, `-` and `_`, and at least one",
            ),
            None if !is_legal(&default) => errors.on(
                function,
                format!(
                    "`{default}` cannot be a function's name: AWS takes ASCII letters, digits, `-` and `_`; give it one with `name = \"…\"`"
                ),
            ),
            _ => {}
        }
        Self {
            function: name.map_or(default, |name| name.value()),
            memory: arguments.number("memory", 128..=10_240, "MiB", 256, errors),
            timeout: arguments.number("timeout", 1..=900, "seconds", 30, errors),
        }
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
fn is_legal(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(allowed)
}
