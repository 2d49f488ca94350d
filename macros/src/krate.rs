//! The path of the runtime crate.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The absolute path of the runtime crate. Who gives it another name in Cargo.toml writes
/// `extern crate other as esteira;` once, in the root of the crate.
pub(crate) fn path() -> TokenStream {
    at(Span::call_site())
}

/// The same, with a span: the compiler takes the place of an expression from its first token.
pub(crate) fn at(span: Span) -> TokenStream {
    quote_spanned!(span=> ::esteira)
}
