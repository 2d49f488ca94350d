//! The description of an item, and its registration.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The id of an item: its full path.
pub(crate) fn id(name: &Ident) -> TokenStream {
    let name = unraw(name);
    quote!(::core::concat!(::core::module_path!(), "::", #name))
}

/// The name without `r#`.
pub(crate) fn unraw(name: &Ident) -> String {
    use syn::ext::IdentExt;
    name.unraw().to_string()
}

/// Where something is written. The line is that of the token: `line!()` would give that of the
/// attribute.
pub(crate) fn location(krate: &TokenStream, span: Span) -> TokenStream {
    let line = u32::try_from(span.start().line).unwrap_or(0);
    quote! {
        #krate::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(), #line)
    }
}

/// The description of an item of some kind.
pub(crate) fn describe(krate: &TokenStream, name: &Ident, kind: &TokenStream) -> TokenStream {
    let id = id(name);
    let at = location(krate, name.span());
    quote! {
        #krate::manifest::Item {
            id: #krate::__private::text(#id),
            at: #at,
            kind: #krate::manifest::Kind::#kind,
        }
    }
}

/// Registers a description for the describe program.
pub(crate) fn register(krate: &TokenStream, name: &Ident, kind: &TokenStream) -> TokenStream {
    let item = describe(krate, name, kind);
    quote!(#krate::__register!(#item);)
}
