//! Text in the languages of the diagram, whatever characters it has.

use std::fmt::Write;

/// Text of an XML document or attribute.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            // XML has no way to write most of them.
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text between the quotes of a Mermaid label.
///
/// Mermaid ends a label at a quote, takes `#…;` for a character, `%%` for a comment, reads what
/// is left as Markdown and as HTML, and looks for words such as `style` before all that. So all
/// that is not a letter or plainly harmless is written by its number.
pub(super) fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let before_word = characters.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            c if c.is_control() => escaped.push(' '),
            c if c.is_alphanumeric() || c == ' ' || !c.is_ascii() => escaped.push(c),
            ',' => escaped.push(c),
            // At the start, or before a space, a list of Markdown.
            '-' | '.' if before_word && !escaped.is_empty() => escaped.push(c),
            c => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
        }
    }
    escaped
}

/// Text in a cell of a Markdown table, as code where it can be.
pub(super) fn code(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = line.trim();
    if plain.is_empty() || plain.contains(['`', '|', '\\']) {
        return markdown(plain);
    }
    format!("`{plain}`")
}

/// Text in a cell or heading of Markdown, which shows as it is.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => escaped.push(' '),
            '-' | '.' | ',' | '/' | ' ' => escaped.push(c),
            // By number, for a backslash does not keep a table from ending its cell everywhere.
            c if c.is_ascii_punctuation() => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// About how wide a line is in a sans-serif font, in units of the font's size: rather too wide.
pub(super) fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 't' | 'f' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' => 0.36,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
            'A'..='Z' | '&' | '+' | '<' | '>' | '=' | '~' => 0.74,
            c if c.is_ascii() => 0.61,
            // From Hangul on, most are as wide as high.
            '\u{1100}'.. => 1.1,
            _ => 0.7,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_keeps_every_text_a_text() {
        assert_eq!(xml(r#"<a b="c">'&'"#), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;&#39;");
        assert_eq!(xml("a\u{0}\n\u{ffff}é"), "a  \u{fffd}é");
    }

    #[test]
    fn mermaid_meets_nothing_it_could_read() {
        assert_eq!(mermaid(r#"a "b"] #quot; %%{"#), "a #34;b#34;#93; #35;quot#59; #37;#37;#123;");
        assert_eq!(mermaid("dev-Ação 1.5"), "dev-Ação 1.5");
        assert_eq!(mermaid("- a"), "#45; a");
        assert_eq!(mermaid("1. a_b"), "1#46; a#95;b");
        assert_eq!(mermaid("a\nb"), "a b");
        assert_eq!(mermaid("style x:#fff;"), "style x#58;#35;fff#59;");
    }

    #[test]
    fn code_that_markdown_would_end_is_text() {
        assert_eq!(code("dynamodb:PutItem"), "`dynamodb:PutItem`");
        assert_eq!(code("a|`b`"), "a&#124;&#96;b&#96;");
        assert_eq!(code(" \n"), "");
        assert_eq!(markdown("<b> [x](y)\n# z"), "&#60;b&#62; &#91;x&#93;&#40;y&#41; &#35; z");
    }

    #[test]
    fn wide_letters_are_wide() {
        assert!(width("東京") > width("ab") && width("MM") > width("ii"));
    }
}
