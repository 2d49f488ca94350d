//! What an event pattern says about the envelope.

use esteira_manifest::Json;

/// Whether an event with this source and detail type may match the pattern.
///
/// Operators count as a possible match: this is for ordering and for "nobody handles it", where
/// a doubt has to be read in favour of the rule.
pub(crate) fn could_match(pattern: &Json, source: &str, detail_type: &str) -> bool {
    let Json::Object(fields) = pattern else { return true };
    fields.iter().all(|(name, allowed)| match name.as_ref() {
        "source" => allows(allowed, source),
        "detail-type" => allows(allowed, detail_type),
        _ => true,
    })
}

fn allows(allowed: &Json, value: &str) -> bool {
    let Json::Array(allowed) = allowed else { return true };
    allowed.iter().any(|one| match one {
        Json::Text(text) => text == value,
        Json::Object(_) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str) -> bool {
        could_match(&serde_json::from_str(pattern).unwrap(), "loja.pedidos", "Novo")
    }

    #[test]
    fn exact_values_decide_and_operators_leave_it_open() {
        assert!(matches(r#"{"source": ["outra", "loja.pedidos"]}"#));
        assert!(!matches(r#"{"source": ["outra"]}"#));
        assert!(!matches(r#"{"source": ["loja.pedidos"], "detail-type": ["Velho"]}"#));
        assert!(matches(r#"{"source": [{"prefix": "loja."}]}"#));
        assert!(matches(r#"{"detail": {"x": [1]}}"#));
    }
}
