//! The description of an item, and its registration.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Generics, spanned::Spanned};

use crate::{arguments::Declared, errors::Errors};

/// The id of an item: its full path.
pub(crate) fn id(name: &Ident) -> TokenStream {
    let name = unraw(name);
    quote!(::core::concat!(::core::module_path!(), "::", #name))
}

/// The id of a declared type that another declaration names. If it is of another kind, the
/// compiler says so where it is named.
pub(crate) fn id_of(krate: &TokenStream, interface: &str, Declared(ty): &Declared) -> TokenStream {
    let interface = Ident::new(interface, Span::call_site());
    let id = quote_spanned!(ty.span()=> <#ty as #krate::#interface>::ID);
    quote!(#krate::__private::text(#id))
}

/// An `Option` as an expression.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The name without `r#`.
pub(crate) fn unraw(name: &Ident) -> String {
    use syn::ext::IdentExt;
    name.unraw().to_string()
}

/// The field that a name on the wire would be in Rust, if there can be one.
pub(crate) fn field(name: &str, span: Span) -> Option<Ident> {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let rest = letters.all(|c| c.is_alphanumeric() || c == '_');
    if !first || !rest || ["_", "self", "Self", "super", "crate"].contains(&name) {
        return None;
    }
    // Of a keyword, such as `type`, the raw form.
    Some(match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new_raw(name, span),
    })
}

/// Where something is written. The line is that of the token: `line!()` would give that of the
/// attribute.
pub(crate) fn location(krate: &TokenStream, span: Span) -> TokenStream {
    let line = u32::try_from(line(span)).unwrap_or(0);
    quote! {
        #krate::__private::location(::core::env!("CARGO_PKG_NAME"), ::core::file!(), #line)
    }
}

/// The compiler's own account: proc-macro2's needs a feature with which the tool would have to
/// compile it, and `syn` on it, a second time.
#[cfg(not(test))]
fn line(span: Span) -> usize {
    span.unwrap().line()
}

/// Tests expand outside of the compiler.
#[cfg(test)]
fn line(span: Span) -> usize {
    span.start().line
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

/// Refuses type parameters: an item is described once.
pub(crate) fn refuse_generics(input: &DeriveInput, errors: &mut Errors) {
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics,
            format!(
                "`{}` cannot be generic: it is described once; declare a type for each use",
                input.ident
            ),
        );
    }
    if let Some(clause) = &input.generics.where_clause {
        errors.on(clause, "a `where` clause has no place here");
    }
}

/// What an `allow` can be about.
const RESOURCES: [&str; 5] = ["Stream", "Bus", "Table", "Topic", "KmsKey"];

/// An implementation of one of the runtime's traits; of a resource, also of what they all have in
/// common.
///
/// Parameters of the type are a mistake, which is reported; they are kept so that it stays the
/// only one. What they would have to be for the trait's supertraits is then taken for granted.
pub(crate) fn implement(
    krate: &TokenStream,
    interface: &str,
    name: &Ident,
    generics: &Generics,
    body: &TokenStream,
) -> TokenStream {
    let resource = RESOURCES.contains(&interface).then(|| {
        let id = id(name);
        let body = quote!(const RESOURCE: &'static str = #id;);
        implement(krate, "Resource", name, generics, &body)
    });
    let mut generics = generics.clone();
    if !generics.params.is_empty() {
        let serialize = (interface != "Row").then(|| quote!(#krate::__private::Serialize +));
        let wire = matches!(interface, "Event" | "Table" | "Row")
            .then(|| quote!(#serialize #krate::__private::DeserializeOwned +));
        generics.make_where_clause().predicates.push(syn::parse_quote! {
            Self: #wire ::core::marker::Send + ::core::marker::Sync + 'static
        });
    }
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    let interface = Ident::new(interface, Span::call_site());
    quote! {
        impl #impl_generics #krate::#interface for #name #type_generics #clause { #body }
        #resource
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_on_the_wire_may_be_a_field() {
        let field = |name| field(name, Span::call_site()).map(|ident| ident.to_string());
        assert_eq!(field("kind").as_deref(), Some("kind"));
        assert_eq!(field("type").as_deref(), Some("r#type"));
        assert_eq!(field("_a1").as_deref(), Some("_a1"));
        for none in ["", "_", "self", "1a", "@type", "a-b", "a b", "\""] {
            assert_eq!(field(none), None, "{none}");
        }
    }
}
