//! Text compared without regard to case, as Java sees case.

/// Text of a pattern whose case does not matter.
///
/// Only the pattern is folded: each of its characters stands for its own lower and upper case,
/// which may be longer than it is (`ß` for `SS`), and not for what else has these (`s` is not
/// `ſ`, though `ſ` is `S`).
#[derive(Debug, Clone)]
pub(crate) struct Folded(Vec<Unit>);

/// What one character stands for. Neither begins or ends with the other.
#[derive(Debug, Clone)]
enum Unit {
    Same(String),
    Either(String, String),
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        let mut units = Vec::new();
        for char in text.chars() {
            if u32::from(char) > 0xFFFF {
                // Java takes its two surrogates for characters, and writes each as `?`.
                units.push(Unit::Same("??".to_owned()));
                continue;
            }
            let (lower, upper) = (char.to_lowercase().to_string(), char.to_uppercase().to_string());
            units.push(if lower == upper { Unit::Same(lower) } else { Unit::Either(lower, upper) });
        }
        Self(units)
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.after_prefix(text) == Some("")
    }

    pub(crate) fn begins(&self, text: &str) -> bool {
        self.after_prefix(text).is_some()
    }

    pub(crate) fn ends(&self, text: &str) -> bool {
        let rest = self.0.iter().rev().try_fold(text, |rest, unit| match unit {
            Unit::Same(same) => rest.strip_suffix(same.as_str()),
            Unit::Either(lower, upper) => {
                rest.strip_suffix(lower.as_str()).or_else(|| rest.strip_suffix(upper.as_str()))
            }
        });
        rest.is_some()
    }

    fn after_prefix<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.0.iter().try_fold(text, |rest, unit| match unit {
            Unit::Same(same) => rest.strip_prefix(same.as_str()),
            Unit::Either(lower, upper) => {
                rest.strip_prefix(lower.as_str()).or_else(|| rest.strip_prefix(upper.as_str()))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_case_of_a_character_begins_or_ends_with_the_other() {
        for char in (0..=0xFFFF).filter_map(char::from_u32) {
            if let [Unit::Either(lower, upper)] = Folded::new(&char.to_string()).0.as_slice() {
                for (a, b) in [(lower, upper), (upper, lower)] {
                    assert!(!a.starts_with(b) && !a.ends_with(b), "{char}");
                }
            }
        }
    }

    #[test]
    fn each_character_of_the_pattern_stands_for_both_its_cases() {
        for (pattern, text, is) in [
            ("São Paulo", "SÃO PAULO", true),
            ("SÃO", "são", true),
            ("são", "sao", false),
            ("ß", "SS", true),
            ("ß", "ss", false),
            ("ſ", "S", true),
            ("s", "ſ", false),
            // A title case letter is neither its lower nor its upper case.
            ("ǅ", "ǅ", false),
            ("ǅ", "Ǆ", true),
            ("Σ", "ς", false),
            ("😀", "😀", false),
            ("😀", "??", true),
            ("", "", true),
            ("a", "", false),
        ] {
            assert_eq!(Folded::new(pattern).is(text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn a_prefix_and_a_suffix_may_be_longer_than_the_pattern() {
        assert!(Folded::new("stra\u{df}").begins("STRASSE"));
        assert!(!Folded::new("strasse").begins("stra\u{df}e"));
        assert!(Folded::new("\u{df}E").ends("straSSe"));
        assert!(!Folded::new("e").ends(""));
    }
}
