//! Every mistake of a phase is reported, not only the first.

use proc_macro2::Span;
use quote::ToTokens;

/// Collects mistakes. One that is dropped with mistakes nobody asked for panics: a mistake must
/// not be lost.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self::default()
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
        self.0.push(error);
    }

    /// Keeps the value, or reports why there is none.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The barrier at the end of a phase: all mistakes as one, or none.
    pub(crate) fn finish(mut self) -> syn::Result<()> {
        let all = std::mem::take(&mut self.0);
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
        if !std::thread::panicking() && !self.0.is_empty() {
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
    joined(words, "and")
}

/// "`a`, `b` or `c`"
pub(crate) fn alternatives(words: &[&str]) -> String {
    joined(words, "or")
}

fn joined(words: &[&str], conjunction: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {conjunction} {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_spelling_is_suggested_and_no_other() {
        let allowed = ["batch_size", "memory", "name", "timeout"];
        let suggested = |word| did_you_mean(word, allowed);
        assert_eq!(suggested("batchsize"), Some("batch_size"));
        assert_eq!(suggested("memroy"), Some("memory"));
        assert_eq!(suggested("nam"), Some("name"));
        assert_eq!(suggested("retries"), None);
        assert_eq!(suggested(""), None);
    }

    #[test]
    fn a_list_reads_as_prose() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(list(&[]), "");
        assert_eq!(alternatives(&["a", "b"]), "`a` or `b`");
    }

    #[test]
    fn every_mistake_is_told() {
        let mut errors = Errors::new();
        errors.at(Span::call_site(), "one");
        assert_eq!(errors.keep(Err::<(), _>(syn::Error::new(Span::call_site(), "two"))), None);
        assert_eq!(errors.keep(Ok(3)), Some(3));
        let all = errors.finish().expect_err("two mistakes");
        let messages: Vec<String> = all.into_iter().map(|error| error.to_string()).collect();
        assert_eq!(messages, ["one", "two"]);
        assert!(Errors::new().finish().is_ok());
    }

    #[test]
    #[should_panic = "never reported"]
    fn a_mistake_is_not_lost() {
        let mut errors = Errors::new();
        errors.at(Span::call_site(), "lost");
        drop(errors);
    }
}
