//! The arguments of an attribute: `key = value`, flags, and nothing unknown.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Token,
    parse::{Parse, ParseStream, Parser},
};

use crate::errors::{Errors, did_you_mean, list};

/// The arguments as written; each is taken by the declaration that understands it.
pub(crate) struct Arguments {
    /// The attribute's name, for messages.
    attribute: &'static str,
    /// Where the arguments stand, for what is missing.
    span: Span,
    entries: Vec<Entry>,
}

struct Entry {
    key: Ident,
    value: Option<TokenStream>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: Ident = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let mut value = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                value.extend([input.parse::<TokenTree>()?]);
            }
            if value.is_empty() {
                return Err(syn::Error::new(
                    key.span(),
                    format!("`{key}` needs a value: `{key} = …`"),
                ));
            }
            Some(value)
        } else if input.peek(syn::token::Paren) {
            // `key(a, b)` is the same as `key = (a, b)`.
            Some(input.parse::<Group>()?.to_token_stream())
        } else {
            None
        };
        Ok(Self { key, value })
    }
}

impl Arguments {
    /// Parses what stands between the parentheses of an attribute.
    pub(crate) fn parse(
        attribute: &'static str,
        span: Span,
        tokens: TokenStream,
        errors: &mut Errors,
    ) -> Self {
        let parse = syn::punctuated::Punctuated::<Entry, Token![,]>::parse_terminated;
        let parsed = errors.keep(parse.parse2(tokens)).unwrap_or_default();
        let mut entries: Vec<Entry> = Vec::new();
        for entry in parsed {
            if entries.iter().any(|other| other.key == entry.key) {
                errors.on(&entry.key, format!("`{}` is given twice", entry.key));
            } else {
                entries.push(entry);
            }
        }
        Self { attribute, span, entries }
    }

    /// The arguments of the attribute `#[name(…)]` among those of a type. None if it is missing,
    /// which is reported.
    pub(crate) fn of_type(
        attribute: &'static str,
        example: &str,
        input: &syn::DeriveInput,
        errors: &mut Errors,
    ) -> Option<Self> {
        let mut found = input.attrs.iter().filter(|a| a.path().is_ident(attribute));
        let Some(first) = found.next() else {
            errors.on(&input.ident, format!("`{}` needs `#[{example}]`", input.ident));
            return None;
        };
        if let Some(second) = found.next() {
            errors.on(second, format!("`#[{attribute}(…)]` is given twice"));
        }
        let list = errors.keep(first.meta.require_list())?;
        Some(Self::parse(attribute, list.span(), list.tokens.clone(), errors))
    }

    /// Takes an argument as any syntax.
    pub(crate) fn take<T: Parse>(&mut self, key: &str, errors: &mut Errors) -> Option<T> {
        let (key, value) = self.value(key, errors)?;
        errors.keep(
            syn::parse2(value)
                .map_err(|error| syn::Error::new(error.span(), format!("`{key}`: {error}"))),
        )
    }

    /// Takes an argument that must be there.
    pub(crate) fn require<T: Parse>(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Option<T> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            errors.at(self.span, format!("`{}` needs `{key} = {example}`", self.attribute));
            return None;
        }
        self.take(key, errors)
    }

    /// Takes a text argument that must be there and not be empty.
    pub(crate) fn require_text(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Option<syn::LitStr> {
        let text: syn::LitStr = self.require(key, &format!("\"{example}\""), errors)?;
        if text.value().is_empty() {
            errors.on(&text, format!("`{key}` must not be empty"));
        }
        Some(text)
    }

    /// Takes a number within a range, or its default.
    pub(crate) fn number(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        unit: &str,
        default: u32,
        errors: &mut Errors,
    ) -> u32 {
        let Some(literal) = self.take::<syn::LitInt>(key, errors) else { return default };
        match literal.base10_parse::<u32>() {
            Ok(value) if range.contains(&value) => value,
            _ => {
                errors.on(
                    &literal,
                    format!("`{key}` is {} to {} {unit}", range.start(), range.end()),
                );
                default
            }
        }
    }

    /// Takes a list of names: `key = a` or `key(a, b)`.
    pub(crate) fn names(&mut self, key: &str, errors: &mut Errors) -> Vec<Ident> {
        let Some((_, value)) = self.value(key, errors) else { return Vec::new() };
        let inner = match value.clone().into_iter().next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                group.stream()
            }
            _ => value,
        };
        let parse = syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated;
        errors.keep(parse.parse2(inner)).into_iter().flatten().collect()
    }

    /// Takes a flag: a key without a value.
    pub(crate) fn flag(&mut self, key: &str, errors: &mut Errors) -> bool {
        let Some(position) = self.entries.iter().position(|entry| entry.key == key) else {
            return false;
        };
        let entry = self.entries.remove(position);
        if let Some(value) = entry.value {
            errors.on(value, format!("`{key}` is a flag: write it without a value"));
        }
        true
    }

    fn value(&mut self, key: &str, errors: &mut Errors) -> Option<(Ident, TokenStream)> {
        let position = self.entries.iter().position(|entry| entry.key == key)?;
        let Entry { key, value } = self.entries.remove(position);
        if value.is_none() {
            errors.on(&key, format!("`{key}` needs a value: `{key} = …`"));
        }
        Some((key, value?))
    }

    /// Reports every argument that nobody took.
    pub(crate) fn finish(self, allowed: &[&str], errors: &mut Errors) {
        for entry in self.entries {
            let hint = match did_you_mean(&entry.key.to_string(), allowed.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it takes {}", list(allowed)),
            };
            errors.on(&entry.key, format!("`{}` has no `{}`; {hint}", self.attribute, entry.key));
        }
    }
}

trait ListSpan {
    fn span(&self) -> Span;
}

impl ListSpan for syn::MetaList {
    fn span(&self) -> Span {
        self.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span())
    }
}
