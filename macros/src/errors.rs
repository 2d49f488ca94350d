//! Every mistake of a phase is reported, not only the first.

use proc_macro2::Span;
use quote::ToTokens;

/// Collects mistakes. One that is dropped with mistakes nobody asked for panics: a mistake must
/// not be lost.
#[derive(Default)]
pub(crate) struct Errors(Option<Vec<syn::Error>>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self(Some(Vec::new()))
    }

    /// Reports a mistake at a place.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Reports a mistake at some tokens.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.get_or_insert_default().push(error);
    }

    /// Keeps the value, or reports why there is none.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The barrier at the end of a phase: all mistakes as one, or none.
    pub(crate) fn finish(mut self) -> syn::Result<()> {
        let all = self.0.take().unwrap_or_default();
        match all.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        }) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.0.as_ref().is_some_and(|all| !all.is_empty()) {
            panic!("mistakes were collected and never reported");
        }
    }
}

/// ", did you mean `…`?" if one of the allowed words is close to the given one.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    allowed: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    allowed
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.len() / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// "`a`, `b` and `c`"
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
