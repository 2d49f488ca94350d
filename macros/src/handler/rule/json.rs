//! JSON written in a rule.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Lit, LitStr, Token, braced, bracketed,
    parse::{Parse, ParseStream},
    token,
};

/// A JSON value with the place of its first token.
#[derive(Clone)]
pub(in crate::handler) struct Json {
    pub(super) span: Span,
    pub(super) value: Value,
}

#[derive(Clone)]
pub(in crate::handler) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn new(span: Span, value: Value) -> Self {
        Self { span, value }
    }

    pub(super) fn text(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, Value::Text(text.into()))
    }

    /// An object with one entry.
    pub(super) fn entry(span: Span, key: &str, value: Json) -> Self {
        Self::new(span, Value::Object(vec![(key.to_owned(), value)]))
    }

    /// Checks that it can be an event pattern: objects down to lists that are not empty.
    pub(super) fn check_pattern(&self) -> syn::Result<()> {
        let Value::Object(entries) = &self.value else {
            return Err(syn::Error::new(
                self.span,
                "an event pattern is an object: `{ \"source\": [\"…\"] }`",
            ));
        };
        if entries.is_empty() {
            return Err(syn::Error::new(self.span, "an empty pattern matches nothing"));
        }
        for (key, value) in entries {
            match &value.value {
                Value::Object(_) => value.check_pattern()?,
                Value::Array(items) if items.is_empty() => {
                    return Err(syn::Error::new(value.span, "an empty list matches nothing"));
                }
                Value::Array(_) => {}
                _ => {
                    return Err(syn::Error::new(
                        value.span,
                        format!(
                            "in an event pattern every value stands in a list: `\"{key}\": [value]`"
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    /// As a constant of the manifest.
    pub(super) fn expand(&self, krate: &TokenStream) -> TokenStream {
        let json = quote!(#krate::manifest::Json);
        match &self.value {
            Value::Null => quote!(#json::Null),
            Value::Bool(value) => quote!(#json::Bool(#value)),
            Value::Integer(value) => quote!(#json::Integer(#value)),
            Value::Number(value) => quote!(#json::Number(#value)),
            Value::Text(value) => quote!(#json::Text(#krate::__private::text(#value))),
            Value::Array(items) => {
                let items = items.iter().map(|item| item.expand(krate));
                quote!(#json::Array(#krate::__private::Borrowed(&[#(#items),*])))
            }
            Value::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let value = value.expand(krate);
                    quote!((#krate::__private::text(#key), #value))
                });
                quote!(#json::Object(#krate::__private::Borrowed(&[#(#entries),*])))
            }
        }
    }
}

impl Parse for Json {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = input.span();
        if input.peek(token::Brace) {
            let content;
            braced!(content in input);
            let mut entries: Vec<(String, Json)> = Vec::new();
            for (key, value) in content.parse_terminated(entry, Token![,])? {
                if entries.iter().any(|(other, _)| *other == key.value()) {
                    let message = format!("`\"{}\"` is given twice", key.value());
                    return Err(syn::Error::new(key.span(), message));
                }
                entries.push((key.value(), value));
            }
            return Ok(Self::new(span, Value::Object(entries)));
        }
        if input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            let items = content.parse_terminated(Json::parse, Token![,])?;
            return Ok(Self::new(span, Value::Array(items.into_iter().collect())));
        }
        scalar(input)
    }
}

fn entry(input: ParseStream<'_>) -> syn::Result<(LitStr, Json)> {
    let key: LitStr = input.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "in a raw pattern keys are texts, as on the wire: `\"detail-type\": [\"…\"]`",
        )
    })?;
    input.parse::<Token![:]>()?;
    Ok((key, input.parse()?))
}

/// A text, a number, `true`, `false` or `null`.
pub(super) fn scalar(input: ParseStream<'_>) -> syn::Result<Json> {
    let span = input.span();
    if input.peek(syn::Ident) && input.fork().parse::<syn::Ident>().is_ok_and(|i| i == "null") {
        input.parse::<syn::Ident>()?;
        return Ok(Json::new(span, Value::Null));
    }
    let negative = input.parse::<Option<Token![-]>>()?.is_some();
    let sign = if negative { "-" } else { "" };
    let literal: Lit = input.parse().map_err(|error| {
        syn::Error::new(error.span(), "a value is a text, a number, `true`, `false` or `null`")
    })?;
    let value = match literal {
        Lit::Str(text) if !negative => Value::Text(text.value()),
        Lit::Bool(flag) if !negative => Value::Bool(flag.value),
        Lit::Int(number) => {
            Value::Integer(format!("{sign}{}", number.base10_digits()).parse().map_err(|_| {
                syn::Error::new(number.span(), "a whole number must fit 64 bits with a sign")
            })?)
        }
        Lit::Float(number) => Value::Number(
            format!("{sign}{}", number.base10_digits())
                .parse()
                .map_err(|error| syn::Error::new(number.span(), error))?,
        ),
        other => {
            return Err(syn::Error::new(
                other.span(),
                "a value is a text, a number, `true`, `false` or `null`",
            ));
        }
    };
    Ok(Json::new(span, value))
}
