//! `idempotent(key = …, ttl = …)`

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Expr, ExprClosure, Type,
    parse::{Parse, ParseStream, discouraged::Speculative},
    spanned::Spanned,
};

use crate::{arguments::Arguments, errors::Errors, krate};

/// What makes a repetition recognisable, and for how long.
pub(super) struct Idempotent {
    key: Key,
    /// In seconds.
    ttl: u32,
}

enum Key {
    /// A field of the input.
    Field(Ident),
    /// A closure that takes the input.
    By(Box<ExprClosure>),
}

/// As long as a failure queue keeps what a handler failed at, and twice as long as a stream keeps
/// its records by default.
const TTL: u32 = 14 * 24 * 60 * 60;

impl Idempotent {
    pub(super) fn new(arguments: &mut Arguments, errors: &mut Errors) -> Option<Self> {
        let mut own = arguments.nested("idempotent", errors)?;
        let key = own.require("key", "order_id", errors);
        // An hour is Powertools' default; ten years are the longest that an archive is told to keep.
        let ttl = own.number("ttl", 3_600..=315_360_000, "seconds", TTL, errors);
        own.finish(&["key", "ttl"], errors);
        Some(Self { key: key?, ttl })
    }

    /// `manifest::Idempotent`.
    pub(super) fn describe(&self, krate: &TokenStream) -> TokenStream {
        let Self { ttl, .. } = self;
        quote!(#krate::manifest::Idempotent { ttl: #ttl })
    }

    /// The implementation of `Idempotent` for a handler with this input.
    pub(super) fn implement(
        &self,
        krate: &TokenStream,
        handler: &Ident,
        input: &Type,
    ) -> TokenStream {
        let Self { key, ttl } = self;
        // Where no expression of the user's could see it, it has the span of the field, to which a
        // mistake in its type then points.
        let argument = Ident::new(
            "__argument",
            match key {
                Key::Field(field) => field.span(),
                Key::By(_) => Span::mixed_site(),
            },
        );
        let key = match key {
            Key::Field(field) => {
                let krate = krate::at(field.span());
                quote_spanned! {field.span()=>
                    #krate::__private::idempotency_key(&#argument.#field)
                }
            }
            Key::By(closure) => {
                let krate = krate::at(closure.body.span());
                quote_spanned! {closure.body.span()=>
                    #krate::__private::idempotency_key_by(#argument, #closure)
                }
            }
        };
        quote! {
            impl #krate::__private::Idempotent for #handler {
                const TTL: u32 = #ttl;
                fn key(#argument: &#input) -> ::std::string::String {
                    #key
                }
            }
        }
    }
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        if let Ok(field) = ahead.parse::<Ident>()
            && ahead.is_empty()
        {
            input.advance_to(&ahead);
            return Ok(Self::Field(field));
        }
        match input.parse()? {
            Expr::Closure(closure) if closure.inputs.len() == 1 => Ok(Self::By(Box::new(closure))),
            other => Err(syn::Error::new_spanned(
                other,
                "it is a field of the input, or a closure that takes it: `order_id` or `|order| …`",
            )),
        }
    }
}
