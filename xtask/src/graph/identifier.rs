//! Identifiers of RDS and DMS, which keep to fewer letters than other names.

/// A physical name as these services take it: they store lower case, and refuse `_`.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html>
pub(crate) fn identifier(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// Why the services refuse an identifier of at most `longest` characters, if they do.
pub(crate) fn refused(identifier: &str, longest: usize) -> Option<String> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let why = if let Some(other) = identifier.chars().find(|c| !letters(*c)) {
        format!("has the character {other:?}")
    } else if !identifier.starts_with(|c: char| c.is_ascii_lowercase()) {
        "does not start with a letter".to_owned()
    } else if identifier.contains("--") || identifier.ends_with('-') {
        "has two hyphens together, or one at its end".to_owned()
    } else if identifier.len() > longest {
        format!("has {} characters, and AWS takes {longest}", identifier.len())
    } else {
        return None;
    };
    Some(format!("the identifier `{identifier}` {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_an_identifier() {
        assert_eq!(identifier("dev-Loja_Nova"), "dev-loja-nova");
        assert_eq!(refused("dev-loja", 63), None);
        for (bad, why) in [
            ("9loja", "start with a letter"),
            ("loja--a", "two hyphens"),
            ("loja-", "two hyphens"),
            ("lojã", "'ã'"),
            ("loja", "has 4 characters, and AWS takes 3"),
        ] {
            let refused = refused(bad, 3).unwrap_or_default();
            assert!(refused.contains(why), "{bad}: {refused}");
        }
    }
}
