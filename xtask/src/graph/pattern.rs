//! What an event pattern says about the envelope.

use esteira_manifest::Json;
use esteira_pattern::{Error, Pattern};

/// A pattern as AWS reads it.
///
/// # Errors
///
/// What AWS refuses in it.
pub(crate) fn read(pattern: &Json) -> Result<Pattern, Error> {
    // As text, in which its fields stay in order.
    Pattern::parse(&serde_json::to_string(pattern).unwrap_or_default())
}

/// Whether an event with this source and detail type may match the pattern.
///
/// One that AWS refuses counts as a possible match: it is reported as such, and nothing else
/// should be for its sake.
pub(crate) fn could_match(pattern: &Json, source: &str, detail_type: &str) -> bool {
    read(pattern).map_or(true, |pattern| pattern.may_match(source, detail_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str) -> bool {
        could_match(&serde_json::from_str(pattern).unwrap(), "loja.pedidos", "Novo")
    }

    #[test]
    fn the_envelope_decides_and_the_detail_leaves_it_open() {
        assert!(matches(r#"{"source": ["outra", "loja.pedidos"]}"#));
        assert!(!matches(r#"{"source": ["outra"]}"#));
        assert!(!matches(r#"{"source": ["loja.pedidos"], "detail-type": ["Velho"]}"#));
        assert!(matches(r#"{"source": [{"prefix": "loja."}]}"#));
        assert!(!matches(r#"{"source": [{"prefix": "outra."}]}"#));
        assert!(matches(r#"{"$or": [{"source": ["outra"]}, {"detail-type": ["Novo"]}]}"#));
        assert!(matches(r#"{"detail": {"x": [1]}}"#));
        assert!(matches(r#"{"source": [{"operator": "unknown"}]}"#));
    }
}
