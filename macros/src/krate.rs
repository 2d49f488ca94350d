//! The name that the user's Cargo.toml gives the runtime crate.

use proc_macro_crate::FoundCrate;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The absolute path of the runtime crate.
pub(crate) fn path() -> TokenStream {
    at(Span::call_site())
}

/// The same, with a span: the compiler takes the place of an expression from its first token.
pub(crate) fn at(span: Span) -> TokenStream {
    let name = match proc_macro_crate::crate_name("esteira") {
        Ok(FoundCrate::Name(name)) => name,
        // In the crate itself `extern crate self as esteira` makes the same path work; where it
        // is not found, the compiler says best what is missing.
        Ok(FoundCrate::Itself) | Err(_) => "esteira".to_owned(),
    };
    let name = syn::Ident::new(&name, span);
    quote_spanned!(span=> ::#name)
}
