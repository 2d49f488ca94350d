//! The arguments of an attribute: `key = value`, flags, and nothing unknown.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Token,
    parse::{Parse, ParseStream, Parser},
    spanned::Spanned,
};

use crate::errors::{Errors, alternatives, did_you_mean, list};

#[cfg(test)]
mod tests;

/// The arguments as written; each is taken by the declaration that understands it.
pub(crate) struct Arguments {
    /// The attribute's name, for messages.
    attribute: &'static str,
    /// Where the arguments stand, for what is missing.
    span: Span,
    entries: Vec<Entry>,
    /// Whether they could not be read: then nothing is said to be missing.
    unreadable: bool,
}

/// The arguments that may be given more than once.
const REPEATABLE: [&str; 1] = ["allow"];

/// A declared type, as another declaration names it.
pub(crate) struct Declared(pub(crate) syn::Type);

impl Parse for Declared {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // The compiler's own words list everything that a type may begin with.
        let mistake = input.error("expected the name of a type");
        input.parse().map(Self).map_err(|_| mistake)
    }
}

struct Entry {
    key: Ident,
    /// Empty after a `=` that nothing follows.
    value: Option<TokenStream>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: Ident = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "an argument is written `name = value`")
        })?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let mut value = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                value.extend([input.parse::<TokenTree>()?]);
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
        let parsed = errors.keep(parse.parse2(tokens));
        let unreadable = parsed.is_none();
        let mut entries: Vec<Entry> = Vec::new();
        for entry in parsed.into_iter().flatten() {
            let repeatable = REPEATABLE.iter().any(|key| entry.key == key);
            if !repeatable && entries.iter().any(|other| other.key == entry.key) {
                errors.on(&entry.key, format!("`{}` is given twice", entry.key));
            } else {
                entries.push(entry);
            }
        }
        Self { attribute, span, entries, unreadable }
    }

    /// The arguments of the attribute `#[name(…)]` among those of a type. None if it is missing,
    /// which is reported.
    pub(crate) fn of_type(
        attribute: &'static str,
        example: &str,
        input: &syn::DeriveInput,
        errors: &mut Errors,
    ) -> Option<Self> {
        let needs = || format!("`{}` needs `#[{example}]`", input.ident);
        let Some(found) = the_attribute(attribute, input, errors) else {
            errors.on(&input.ident, needs());
            return None;
        };
        let syn::Meta::List(list) = &found.meta else {
            errors.on(found.path(), needs());
            return None;
        };
        Some(Self::parse(attribute, list.path.span(), list.tokens.clone(), errors))
    }

    /// The same of an attribute that may be left out, because its arguments may.
    pub(crate) fn of_type_if_any(
        attribute: &'static str,
        input: &syn::DeriveInput,
        errors: &mut Errors,
    ) -> Self {
        let found = the_attribute(attribute, input, errors);
        let (span, tokens) = match found.map(|found| &found.meta) {
            Some(syn::Meta::List(list)) => (list.path.span(), list.tokens.clone()),
            Some(syn::Meta::NameValue(pair)) => {
                errors.on(pair, format!("it is written `#[{attribute}(…)]`"));
                (pair.path.span(), TokenStream::new())
            }
            Some(syn::Meta::Path(path)) => (path.span(), TokenStream::new()),
            None => (input.ident.span(), TokenStream::new()),
        };
        Self::parse(attribute, span, tokens, errors)
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
        self.expect(key, example, errors).then(|| self.take(key, errors))?
    }

    /// Reports an argument that must be there and is not.
    fn expect(&self, key: &str, example: &str, errors: &mut Errors) -> bool {
        let there = self.contains(key);
        if !there && !self.unreadable {
            errors.at(self.span, format!("`{}` needs `{key} = {example}`", self.attribute));
        }
        there
    }

    /// Whether an argument is given and was not yet taken.
    pub(crate) fn contains(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Takes a text argument that must be there and not be empty.
    pub(crate) fn require_text(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Option<syn::LitStr> {
        self.expect(key, &format!("\"{example}\""), errors).then(|| self.text(key, errors))?
    }

    /// Takes a text argument that must not be empty.
    pub(crate) fn text(&mut self, key: &str, errors: &mut Errors) -> Option<syn::LitStr> {
        let text: syn::LitStr = self.take(key, errors)?;
        if text.value().is_empty() {
            errors.on(&text, format!("`{key}` must not be empty"));
        }
        Some(text)
    }

    /// Takes one of some words, and gives what stands for it.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        key: &str,
        choices: &[(&str, T)],
        errors: &mut Errors,
    ) -> Option<T> {
        let value: TokenStream = self.take(key, errors)?;
        let word = value.to_string();
        let chosen = choices.iter().find(|(choice, _)| *choice == word);
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
            let hint = did_you_mean(word.trim_matches('"'), words.iter().copied())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            errors.on(value, format!("`{key}` is {}{hint}", alternatives(&words)));
        }
        chosen.map(|(_, chosen)| *chosen)
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
        self.optional_number(key, range, unit, errors).unwrap_or(default)
    }

    /// Takes a number within a range.
    pub(crate) fn optional_number(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        unit: &str,
        errors: &mut Errors,
    ) -> Option<u32> {
        let literal: syn::LitInt = self.take(key, errors)?;
        let value = literal.base10_parse().ok().filter(|value| range.contains(value));
        if value.is_none() {
            errors.on(&literal, format!("`{key}` is {} to {} {unit}", range.start(), range.end()));
        }
        value
    }

    /// Takes a list that must be there and not be empty: `key = a` or `key(a, b)`.
    pub(crate) fn require_list<T: Parse>(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Vec<T> {
        match self.expect(key, example, errors) {
            true => self.list(key, example, errors),
            false => Vec::new(),
        }
    }

    /// Takes a list that is not empty, if it is there: `key = a` or `key(a, b)`.
    pub(crate) fn list<T: Parse>(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Vec<T> {
        let Some((name, value)) = self.value(key, errors) else { return Vec::new() };
        let inner = match value.clone().into_iter().next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                group.stream()
            }
            _ => value,
        };
        let parse = syn::punctuated::Punctuated::<T, Token![,]>::parse_terminated;
        match parse.parse2(inner) {
            Ok(list) if !list.is_empty() => list.into_iter().collect(),
            Ok(_) => {
                errors.on(&name, format!("`{key}` needs a value: `{key} = {example}`"));
                Vec::new()
            }
            Err(error) => {
                errors.at(error.span(), format!("`{key}`: {error}"));
                Vec::new()
            }
        }
    }

    /// Takes the arguments of an argument: `key(name = value, …)`.
    pub(crate) fn nested(&mut self, key: &'static str, errors: &mut Errors) -> Option<Self> {
        let position = self.entries.iter().position(|entry| entry.key == key)?;
        let Entry { key: name, value } = self.entries.remove(position);
        let tokens = value.unwrap_or_default();
        let mut trees = tokens.clone().into_iter();
        let inner = match (trees.next(), trees.next()) {
            (None, _) => TokenStream::new(),
            (Some(TokenTree::Group(group)), None)
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                group.stream()
            }
            _ => {
                errors.on(tokens, format!("it is written `{key}(…)`"));
                return None;
            }
        };
        Some(Self::parse(key, name.span(), inner, errors))
    }

    /// Where they stand.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Takes a flag: a key without a value.
    pub(crate) fn flag(&mut self, key: &str, errors: &mut Errors) -> bool {
        let Some(position) = self.entries.iter().position(|entry| entry.key == key) else {
            return false;
        };
        let entry = self.entries.remove(position);
        if let Some(value) = entry.value {
            let place = if value.is_empty() { entry.key.to_token_stream() } else { value };
            errors.on(place, format!("`{key}` is a flag: write it without a value"));
        }
        true
    }

    /// Takes the flag `existing`: the resource was made by others. What only the making of it
    /// would need is refused.
    pub(crate) fn existing(&mut self, making: &[&str], errors: &mut Errors) -> bool {
        let existing = self.flag("existing", errors);
        if existing {
            for key in making {
                let why = format!(
                    "an `existing` {} is not created here: leave `{key}` out",
                    self.attribute.replace('_', " ")
                );
                self.refuse(key, &why, errors);
            }
        }
        existing
    }

    /// Reports an argument that has no place beside the others.
    pub(crate) fn refuse(&mut self, key: &str, why: &str, errors: &mut Errors) {
        if let Some(position) = self.entries.iter().position(|entry| entry.key == key) {
            errors.on(self.entries.remove(position).key, why);
        }
    }

    fn value(&mut self, key: &str, errors: &mut Errors) -> Option<(Ident, TokenStream)> {
        let position = self.entries.iter().position(|entry| entry.key == key)?;
        let Entry { key, value } = self.entries.remove(position);
        match value.filter(|value| !value.is_empty()) {
            Some(value) => Some((key, value)),
            None => {
                errors.on(&key, format!("`{key}` needs a value: `{key} = …`"));
                None
            }
        }
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

/// The attribute of that name of a type; a second one is reported.
fn the_attribute<'a>(
    name: &str,
    input: &'a syn::DeriveInput,
    errors: &mut Errors,
) -> Option<&'a syn::Attribute> {
    let mut found = input.attrs.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = found.next();
    if let Some(second) = found.next() {
        errors.on(second, format!("`#[{name}(…)]` is given twice"));
    }
    first
}
