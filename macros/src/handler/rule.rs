//! The rule of an event handler.
//!
//! ```text
//! rule  = Event | Event { field: [matcher, …], nested: { field: [matcher] } } | raw(Bus, { json })
//! matcher = "text" | 1 | true | null | { operator: value }
//! ```
//!
//! Keys are Rust field names; each expands to an access on the mirror of its type, spanned at the
//! user's token, so that rustc itself reports a field that does not exist.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Token, Type, braced, bracketed,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream},
    spanned::Spanned,
    token,
};

mod json;
mod matcher;
#[cfg(test)]
mod tests;

use json::Json;
use matcher::{Kind, Matcher};

use crate::{arguments::Declared, krate};

/// A rule.
pub(super) enum Rule {
    /// For an event type, with what its fields must be.
    Typed { event: Type, fields: Vec<Field> },
    /// For whatever matches a pattern written out.
    Raw { bus: Declared, pattern: Json },
}

/// What one field must be.
pub(super) struct Field {
    name: Ident,
    test: Test,
}

enum Test {
    /// One of these.
    AnyOf(Vec<Matcher>),
    /// An object whose fields are tested.
    Nested(Vec<Field>),
}

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fork = input.fork();
        if fork.parse::<Ident>().is_ok_and(|name| name == "raw") && fork.peek(token::Paren) {
            input.parse::<Ident>()?;
            let content;
            parenthesized!(content in input);
            let bus = content.parse().map_err(|error: syn::Error| {
                syn::Error::new(error.span(), "a raw rule is `raw(Bus, { \"source\": [\"…\"] })`")
            })?;
            content.parse::<Token![,]>()?;
            let pattern: Json = content.parse()?;
            content.parse::<Option<Token![,]>>()?;
            pattern.check_pattern()?;
            return Ok(Self::Raw { bus, pattern });
        }
        let path: syn::TypePath = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                "a rule names an event type, `rule = OrderPlaced`, and may say what its fields must be, `rule = OrderPlaced { quantity: [{ numeric: [\">\", 0] }] }`",
            )
        })?;
        let event = Type::Path(path);
        let fields = if input.peek(token::Brace) { fields(input)? } else { Vec::new() };
        Ok(Self::Typed { event, fields })
    }
}

fn fields(input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
    let content;
    let brace = braced!(content in input);
    let fields: Vec<Field> =
        content.parse_terminated(Field::parse, Token![,])?.into_iter().collect();
    if fields.is_empty() {
        return Err(syn::Error::new(
            brace.span.join(),
            "name a field here, or leave the braces out to match every event of the type",
        ));
    }
    for (position, field) in fields.iter().enumerate() {
        if fields[..position].iter().any(|other| other.name == field.name) {
            return Err(syn::Error::new(
                field.name.span(),
                format!("`{}` is given twice; put both into one list", field.name),
            ));
        }
    }
    Ok(fields)
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: Ident = input.parse().map_err(|error| match input.call(Ident::parse_any) {
            Ok(keyword) => syn::Error::new(
                keyword.span(),
                format!("`{keyword}` is a keyword; the field is `r#{keyword}`"),
            ),
            Err(_) => {
                syn::Error::new(error.span(), "a rule names Rust fields: `field: [matcher, …]`")
            }
        })?;
        input.parse::<Token![:]>()?;
        if input.peek(token::Brace) {
            return Ok(Self { name, test: Test::Nested(fields(input)?) });
        }
        if !input.peek(token::Bracket) {
            return Err(syn::Error::new(
                input.span(),
                format!(
                    "what a field may be is a list: `{name}: [\"a\", \"b\"]`; what an object's fields may be stands in braces: `{name}: {{ field: [\"a\"] }}`"
                ),
            ));
        }
        let content;
        let bracket = bracketed!(content in input);
        let matchers: Vec<Matcher> =
            content.parse_terminated(Matcher::parse, Token![,])?.into_iter().collect();
        if matchers.is_empty() {
            return Err(syn::Error::new(bracket.span.join(), "an empty list matches nothing"));
        }
        Ok(Self { name, test: Test::AnyOf(matchers) })
    }
}

impl Rule {
    /// The event pattern, as a constant.
    pub(super) fn pattern(&self, krate: &TokenStream) -> TokenStream {
        let (event, fields) = match self {
            Self::Raw { pattern, .. } => return pattern.expand(krate),
            Self::Typed { event, fields } => (event, fields),
        };
        let json = quote!(#krate::manifest::Json);
        let text = |value: TokenStream| quote!(#json::Array(#krate::__private::Borrowed(&[#json::Text(#krate::__private::text(#value))])));
        let declared = declared(krate, event);
        let source = text(quote!(#declared.source));
        let detail_type = text(quote!(#declared.detail_type));
        let detail = (!fields.is_empty()).then(|| {
            let base = quote_spanned!(event.span()=> <#event as #krate::Detail>::FIELDS);
            let detail = object(krate, &base, fields);
            quote!((#krate::__private::text("detail"), #detail),)
        });
        quote! {
            #json::Object(#krate::__private::Borrowed(&[
                (#krate::__private::text("source"), #source),
                (#krate::__private::text("detail-type"), #detail_type),
                #detail
            ]))
        }
    }
}

/// What an event says of itself.
pub(super) fn declared(krate: &TokenStream, event: &Type) -> TokenStream {
    quote_spanned!(event.span()=> #krate::__private::event::<#event>())
}

/// The pattern of an object, given the mirror of its type.
fn object(krate: &TokenStream, mirror: &TokenStream, fields: &[Field]) -> TokenStream {
    let entries = fields.iter().map(|Field { name, test }| {
        let access = quote_spanned!(name.span()=> &#mirror.#name);
        let field = |span: Span| Ident::new("__field", Span::mixed_site().located_at(span));
        let (checks, value) = match test {
            Test::Nested(fields) => {
                let inner = quote_spanned!(name.span()=> #krate::__private::check::nested(#access));
                (Vec::new(), object(krate, &inner, fields))
            }
            Test::AnyOf(matchers) => {
                let checks = matchers.iter().map(|Matcher { span, kind, .. }| {
                    // All of it at the matcher, and all of the expansion: else the compiler
                    // points at the whole attribute.
                    let here = Span::mixed_site().located_at(*span);
                    let (krate, field) = (krate::at(here), field(*span));
                    let check = Ident::new(kind.map_or("named", Kind::check), here);
                    quote_spanned!(here=> #krate::__private::check::#check(#field);)
                });
                let values = matchers.iter().map(|matcher| matcher.json.expand(krate));
                let value = quote! {
                    #krate::manifest::Json::Array(#krate::__private::Borrowed(&[#(#values),*]))
                };
                (checks.collect(), value)
            }
        };
        let field = field(name.span());
        quote! {
            (
                {
                    let #field = #access;
                    #(#checks)*
                    #krate::__private::text(#field.name())
                },
                #value
            )
        }
    });
    quote!(#krate::manifest::Json::Object(#krate::__private::Borrowed(&[#(#entries),*])))
}
