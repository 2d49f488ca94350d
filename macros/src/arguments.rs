//! The arguments of an attribute: `key = value`, flags, and nothing unknown.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Token,
    parse::{Parse, ParseStream, Parser},
    spanned::Spanned,
};

use crate::errors::{Errors, did_you_mean, list};

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
            if entries.iter().any(|other| other.key == entry.key) {
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
        let mut found = input.attrs.iter().filter(|a| a.path().is_ident(attribute));
        let needs = || format!("`{}` needs `#[{example}]`", input.ident);
        let Some(first) = found.next() else {
            errors.on(&input.ident, needs());
            return None;
        };
        if let Some(second) = found.next() {
            errors.on(second, format!("`#[{attribute}(…)]` is given twice"));
        }
        let syn::Meta::List(list) = &first.meta else {
            errors.on(first.path(), needs());
            return None;
        };
        Some(Self::parse(attribute, list.path.span(), list.tokens.clone(), errors))
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

    /// Takes a list of names that must be there: `key = a` or `key(a, b)`.
    pub(crate) fn require_names(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Vec<Ident> {
        if !self.expect(key, example, errors) {
            return Vec::new();
        }
        let Some((name, value)) = self.value(key, errors) else { return Vec::new() };
        let inner = match value.clone().into_iter().next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                group.stream()
            }
            _ => value,
        };
        let parse = syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated;
        match parse.parse2(inner) {
            Ok(names) if !names.is_empty() => names.into_iter().collect(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    /// What `read` takes from the arguments, and what is wrong with them.
    fn read<T>(
        tokens: TokenStream,
        read: impl FnOnce(&mut Arguments, &mut Errors) -> T,
    ) -> (T, Vec<String>) {
        let mut errors = Errors::new();
        let mut arguments = Arguments::parse("thing", Span::call_site(), tokens, &mut errors);
        let value = read(&mut arguments, &mut errors);
        arguments.finish(&["name", "size", "external", "key"], &mut errors);
        let mistakes = errors.finish().err().into_iter().flatten();
        (value, mistakes.map(|error| error.to_string()).collect())
    }

    fn number(tokens: TokenStream) -> (u32, Vec<String>) {
        read(tokens, |arguments, errors| arguments.number("size", 1..=10, "MiB", 5, errors))
    }

    fn names(tokens: TokenStream) -> (Vec<String>, Vec<String>) {
        let (names, mistakes) =
            read(tokens, |arguments, errors| arguments.require_names("key", "id", errors));
        (names.iter().map(ToString::to_string).collect(), mistakes)
    }

    #[test]
    fn a_number_is_within_its_range() {
        assert_eq!(number(quote!()), (5, vec![]));
        assert_eq!(number(quote!(size = 1_0)), (10, vec![]));
        assert_eq!(number(quote!(size = 0x2,)), (2, vec![]));
        for size in ["0", "11", "-1", "99999999999"] {
            let size: TokenStream = size.parse().expect("a number");
            assert_eq!(number(quote!(size = #size)), (5, vec!["`size` is 1 to 10 MiB".into()]));
        }
        assert_eq!(number(quote!(size = "5")).1, ["`size`: expected integer literal"]);
    }

    #[test]
    fn names_are_one_or_several() {
        let two = vec!["a".to_owned(), "b".into()];
        assert_eq!(names(quote!(key = a)), (vec!["a".into()], vec![]));
        assert_eq!(names(quote!(key(a, b))), (two.clone(), vec![]));
        assert_eq!(names(quote!(key = (a, b,))), (two, vec![]));
        assert_eq!(names(quote!()).1, ["`thing` needs `key = id`"]);
        assert_eq!(names(quote!(key())).1, ["`key` needs a value: `key = id`"]);
        assert_eq!(names(quote!(key = "a")).1, ["`key`: expected identifier"]);
    }

    #[test]
    fn what_is_missing_or_without_value_is_told_once() {
        let text = |tokens| {
            read(tokens, |arguments, errors| {
                arguments.require_text("name", "Orders", errors).map(|text| text.value())
            })
        };
        assert_eq!(text(quote!(name = "a")), (Some("a".into()), vec![]));
        assert_eq!(text(quote!()).1, ["`thing` needs `name = \"Orders\"`"]);
        for without in [quote!(name), quote!(name =), quote!(name =,)] {
            assert_eq!(text(without).1, ["`name` needs a value: `name = …`"]);
        }
        assert_eq!(text(quote!(name = "")).1, ["`name` must not be empty"]);
        assert_eq!(text(quote!("a")).1, ["an argument is written `name = value`"]);
    }

    #[test]
    fn a_flag_has_no_value() {
        let flag = |tokens| read(tokens, |arguments, errors| arguments.flag("external", errors));
        assert_eq!(flag(quote!(external)), (true, vec![]));
        assert_eq!(flag(quote!()), (false, vec![]));
        let refused = vec!["`external` is a flag: write it without a value".to_owned()];
        for with in [quote!(external = true), quote!(external =), quote!(external(a))] {
            assert_eq!(flag(with), (true, refused.clone()));
        }
    }

    #[test]
    fn nothing_unknown_and_nothing_twice() {
        let mistakes = |tokens| read(tokens, |_, _| ()).1;
        assert_eq!(mistakes(quote!(nmae = 1)), ["`thing` has no `nmae`; did you mean `name`?"]);
        assert_eq!(
            mistakes(quote!(colour = 1, name(a))),
            [
                "`thing` has no `colour`; it takes `name`, `size`, `external` and `key`",
                "`thing` has no `name`; did you mean `name`?"
            ]
        );
        assert_eq!(number(quote!(size = 1, size = 2)), (1, vec!["`size` is given twice".into()]));
    }
}
