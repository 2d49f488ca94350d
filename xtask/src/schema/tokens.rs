//! The tokens of MySQL, as far as it takes to tell statements and their parts apart.

/// What a text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// White space or a comment.
    Nothing,
    /// A name or key word without quotes.
    Word(&'a str),
    /// What is inside of backticks.
    Name(&'a str),
    /// Anything else: a string, a number's point, a comment that MySQL executes.
    Other,
}

/// The words of a text: names and key words without quotes.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).filter_map(|(_, token)| match token {
        Token::Word(word) => Some(word),
        _ => None,
    })
}

/// The tokens of a text, and where each begins.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, Token<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (token, length) = first(rest);
        let begins = at;
        at += length;
        Some((begins, token))
    })
}

/// The first token of a text that is not empty, and its length.
pub(super) fn first(text: &str) -> (Token<'_>, usize) {
    let line = || text.find('\n').unwrap_or(text.len());
    let while_ = |is: fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    let dashes = text.strip_prefix("--");
    match text.chars().next().unwrap_or_default() {
        c if c.is_whitespace() => (Token::Nothing, while_(char::is_whitespace)),
        '#' => (Token::Nothing, line()),
        // Without white space after them, two dashes are two signs.
        '-' if dashes
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) =>
        {
            (Token::Nothing, line())
        }
        '/' if text.starts_with("/*") => {
            let length = text[2..].find("*/").map_or(text.len(), |end| end + 4);
            let executed = text.starts_with("/*!");
            (if executed { Token::Other } else { Token::Nothing }, length)
        }
        '`' => {
            let length = quoted(text, '`');
            (Token::Name(text[1..length].trim_end_matches('`')), length)
        }
        quote @ ('\'' | '"') => (Token::Other, quoted(text, quote)),
        c if is_word(c) => {
            let length = while_(is_word);
            (Token::Word(&text[..length]), length)
        }
        c => (Token::Other, c.len_utf8()),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a quotation with its quotes. A doubled quote makes two quotations of one, which
/// is no matter here.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped && quote != '`';
    }
    text.len()
}
/// Where a part of a text begins in it.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

/// How many lines end in a text.
pub(super) fn lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}
