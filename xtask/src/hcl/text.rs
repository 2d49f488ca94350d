//! Text within HCL.

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// What stands within the quotes of a string. `${` and `%{` would start a template, so they are
/// escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' => {
                out.push(c);
                if rest.peek() == Some(&'{') {
                    out.push(c);
                }
            }
            c if c.is_control() || is_invisible(c) => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out
}

/// Marks that a reader cannot see, and that change what he sees; all below U+10000.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// The key of an object: bare where it can be.
pub(super) fn key(key: &str) -> String {
    let mut chars = key.chars();
    let bare = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        // `{ for = 1 }` is read as the start of a `for` expression.
        && key != "for";
    if bare { key.to_owned() } else { quoted(key) }
}

/// A comment, one entry a line; a line break in it must not end it.
pub(super) fn comment_lines(comment: &str) -> impl Iterator<Item = String> + '_ {
    comment.split(['\n', '\r']).map(str::to_owned)
}
