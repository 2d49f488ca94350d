//! Text with gaps: `*` for any text, `\*` and `\\` for themselves.

/// Text with `*` in it.
#[derive(Debug, Clone)]
pub(crate) enum Wildcard {
    /// It has none.
    Whole(String),
    /// What comes before the first, between two, and after the last.
    Gaps { first: String, middle: Vec<String>, last: String },
}

/// Why text is no wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// `**`
    Consecutive,
    /// A `\` before what needs none.
    Escape,
}

impl Wildcard {
    pub(crate) fn new(text: &str) -> Result<Self, Refused> {
        let mut pieces = Vec::new();
        let mut piece = String::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '*' if chars.peek() == Some(&'*') => return Err(Refused::Consecutive),
                '*' => pieces.push(std::mem::take(&mut piece)),
                '\\' => {
                    let escaped = chars.next().filter(|char| matches!(char, '*' | '\\'));
                    piece.push(escaped.ok_or(Refused::Escape)?);
                }
                _ => piece.push(char),
            }
        }
        if pieces.is_empty() {
            return Ok(Self::Whole(piece));
        }
        let first = pieces.remove(0);
        Ok(Self::Gaps { first, middle: pieces, last: piece })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Whole(whole) => text == whole,
            Self::Gaps { first, middle, last } => {
                let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
                let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
                for piece in middle {
                    let Some((_, after)) = rest.split_once(piece.as_str()) else { return false };
                    rest = after;
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_any_text_and_a_backslash_makes_it_a_star() {
        for (wildcard, text, matches) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*a", "a", false),
            ("*b*", "abc", true),
            ("*b*", "ac", false),
            ("*ab*ab*", "abab", true),
            ("*ab*ab*", "aba", false),
            (r"a\*c", "a*c", true),
            (r"a\*c", "abc", false),
            (r"a\\*", r"a\b", true),
            ("são*", "são paulo", true),
        ] {
            let parsed = Wildcard::new(wildcard).expect("is a wildcard");
            assert_eq!(parsed.matches(text), matches, "{wildcard} {text}");
        }
    }

    #[test]
    fn two_stars_and_other_escapes_are_refused() {
        assert_eq!(Wildcard::new("a**").unwrap_err(), Refused::Consecutive);
        assert_eq!(Wildcard::new(r"a\b").unwrap_err(), Refused::Escape);
        assert_eq!(Wildcard::new(r"a\").unwrap_err(), Refused::Escape);
        assert!(Wildcard::new(r"*\**").is_ok());
    }
}
