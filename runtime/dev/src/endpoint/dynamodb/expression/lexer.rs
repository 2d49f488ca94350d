//! Expressions as tokens.

/// A token. It borrows its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, a word of the language, or a function.
    Word(&'a str),
    /// `#name`.
    Name(&'a str),
    /// `:value`.
    Value(&'a str),
    /// Digits, between brackets.
    Digits(&'a str),
    /// A bracket, comma, dot, comparison or sign.
    Symbol(&'a str),
    /// What no expression has.
    Stray(&'a str),
}

impl<'a> Token<'a> {
    pub(super) fn text(self) -> &'a str {
        match self {
            Token::Word(text)
            | Token::Name(text)
            | Token::Value(text)
            | Token::Digits(text)
            | Token::Symbol(text)
            | Token::Stray(text) => text,
        }
    }
}

const SYMBOLS: &[&str] = &["<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-"];

/// A token and where it begins.
pub(super) type Placed<'a> = (usize, Token<'a>);

/// Reads tokens. Never fails: what is none becomes [`Token::Stray`].
pub(super) fn tokens<'a>(text: &'a str) -> Vec<Placed<'a>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        // The length of what comes behind `from` and belongs to a word.
        let run = |from: usize| {
            let word = &rest[from..];
            from + word.find(|c| !is_word(c)).unwrap_or(word.len())
        };
        let (length, token): (usize, fn(&'a str) -> Token<'a>) = match first {
            c if c.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            '#' if run(1) > 1 => (run(1), Token::Name),
            ':' if run(1) > 1 => (run(1), Token::Value),
            c if c.is_ascii_digit() => (run(0), Token::Digits),
            c if is_word(c) => (run(0), Token::Word),
            c => match SYMBOLS.iter().find(|it| rest.starts_with(**it)) {
                Some(symbol) => (symbol.len(), Token::Symbol),
                None => (c.len_utf8(), Token::Stray),
            },
        };
        tokens.push((at, token(&rest[..length])));
        at += length;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_words_placeholders_and_symbols() {
        let found: Vec<_> =
            tokens("a.#b[10]<>:c AND size(x)>= :d_1").into_iter().map(|it| it.1).collect();
        let symbol = Token::Symbol;
        assert_eq!(
            found,
            [
                Token::Word("a"),
                symbol("."),
                Token::Name("#b"),
                symbol("["),
                Token::Digits("10"),
                symbol("]"),
                symbol("<>"),
                Token::Value(":c"),
                Token::Word("AND"),
                Token::Word("size"),
                symbol("("),
                Token::Word("x"),
                symbol(")"),
                symbol(">="),
                Token::Value(":d_1"),
            ]
        );
    }

    #[test]
    fn what_is_no_token_is_kept() {
        let found: Vec<_> = tokens("é # ! ").into_iter().map(|it| it.1).collect();
        assert_eq!(found, [Token::Stray("é"), Token::Stray("#"), Token::Stray("!")]);
    }
}
