//! The name that the user's Cargo.toml gives the runtime crate.

use proc_macro_crate::FoundCrate;
use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The absolute path of the runtime crate.
pub(crate) fn path() -> TokenStream {
    match proc_macro_crate::crate_name("esteira") {
        Ok(FoundCrate::Name(name)) => {
            let name = syn::Ident::new(&name, Span::call_site());
            quote!(::#name)
        }
        // In the crate itself `extern crate self as esteira` makes the same path work; where it
        // is not found, the compiler says best what is missing.
        Ok(FoundCrate::Itself) | Err(_) => quote!(::esteira),
    }
}
