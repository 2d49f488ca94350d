//! Who calls: each function has an access key of its own.

use std::collections::BTreeMap;

/// What all of them begin with, as those of temporary credentials do with theirs.
const PREFIX: &str = "ASIA";

/// The characters of an id. AWS has 16 to 128, letters and digits.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html>
const LEAST: usize = 16;
const MOST: usize = 128;

/// The access key id of each handler, by which a call of its process is known: the name in capital
/// letters. The same names have the same ids each time.
pub fn access_keys<'a>(handlers: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for handler in handlers {
        let letters = handler.chars().filter(char::is_ascii_alphanumeric);
        let letters: String = letters.map(|c| c.to_ascii_uppercase()).take(MOST / 2).collect();
        let key = |number: usize| {
            let number = if number == 0 { String::new() } else { number.to_string() };
            format!("{PREFIX}{letters:0<width$}{number}", width = LEAST - PREFIX.len())
        };
        let free = (0..).map(key).find(|key| !keys.contains_key(key));
        keys.extend(free.map(|key| (key, handler.to_owned())));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_handler_has_a_valid_key_of_its_own() {
        let names = ["process", "process_order", "processorder", "preço", "a"];
        let keys = access_keys(names);
        let of = |handler: &str| keys.iter().find(|(_, it)| *it == handler).unwrap().0.as_str();
        assert_eq!(of("process"), "ASIAPROCESS00000");
        assert_eq!(of("process_order"), "ASIAPROCESSORDER");
        assert_eq!(of("processorder"), "ASIAPROCESSORDER1");
        assert_eq!(keys.len(), names.len());
        for key in keys.keys() {
            assert!((LEAST..=MOST).contains(&key.len()), "{key}");
            assert!(key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{key}");
        }
    }
}
