//! What the picture calls things.

use esteira_manifest::Json;
use heck::ToSnakeCase;

/// The longest label that is drawn, in characters; what is longer loses its middle.
const LONGEST: usize = 40;

/// An IAM action as a verb: `dynamodb:PutItem` is `put`.
pub(super) fn verb(action: &str) -> String {
    let operation = action.rsplit(':').next().unwrap_or(action).to_snake_case();
    operation.strip_suffix("_item").unwrap_or(&operation).replace('_', " ")
}

/// What a pattern says of one field of the envelope, or `any`.
pub(super) fn allowed(pattern: &Json, field: &str) -> String {
    let Some(Json::Array(allowed)) = entry(pattern, field) else { return "any".to_owned() };
    let texts: Vec<_> = allowed.iter().map(value).collect();
    texts.join(" or ")
}

fn value(json: &Json) -> String {
    match json {
        Json::Text(text) => text.to_string(),
        Json::Object(entries) => {
            let operators: Vec<_> = entries
                .iter()
                .map(|(name, value)| format!("{name} {}", self::value(value)))
                .collect();
            operators.join(", ")
        }
        other => serde_json::Value::from(other).to_string(),
    }
}

/// What else than source and detail type a pattern asks for, as JSON.
pub(super) fn filter(pattern: &Json) -> Option<String> {
    let Json::Object(fields) = pattern else { return None };
    let rest: serde_json::Map<_, _> = fields
        .iter()
        .filter(|(name, _)| !matches!(name.as_ref(), "source" | "detail-type"))
        .map(|(name, value)| (name.to_string(), value.into()))
        .collect();
    (!rest.is_empty()).then(|| serde_json::Value::Object(rest).to_string())
}

/// The fields of the detail that a pattern looks at, as a label.
pub(super) fn condition(pattern: &Json) -> Option<String> {
    filter(pattern)?;
    match entry(pattern, "detail") {
        Some(detail @ Json::Object(_)) => {
            let detail = serde_json::Value::from(detail);
            let names: Vec<_> = detail.as_object()?.keys().map(String::as_str).collect();
            Some(format!("if {}", names.join(", ")))
        }
        _ => Some("if …".to_owned()),
    }
}

fn entry<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    let Json::Object(fields) = json else { return None };
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// A label of bounded length. Names of a stage begin alike, so the end has to stay.
pub(super) fn short(text: &str) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let characters: Vec<&str> = text.graphemes(true).collect();
    if characters.len() <= LONGEST {
        return text.to_owned();
    }
    let (head, tail) = (LONGEST / 2 - 1, LONGEST / 2);
    [&characters[..head], &["…"], &characters[characters.len() - tail..]].concat().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::json;

    #[test]
    fn actions_become_verbs() {
        let verbs = ["dynamodb:PutItem", "dynamodb:Query", "sns:Publish", "dynamodb:BatchGetItem"]
            .map(verb);
        assert_eq!(verbs, ["put", "query", "publish", "batch get"]);
    }

    #[test]
    fn a_pattern_is_told_in_words() {
        let pattern = json(
            r#"{"source": [{"prefix": "loja."}, "parceiro"], "detail": {"b": [1], "a": [null]}}"#,
        );
        assert_eq!(allowed(&pattern, "source"), "prefix loja. or parceiro");
        assert_eq!(allowed(&pattern, "detail-type"), "any");
        assert_eq!(filter(&pattern).as_deref(), Some(r#"{"detail":{"a":[null],"b":[1]}}"#));
        assert_eq!(condition(&pattern).as_deref(), Some("if a, b"));
        assert_eq!(condition(&json(r#"{"source": ["x"]}"#)), None);
        assert_eq!(condition(&json(r#"{"account": ["1"]}"#)).as_deref(), Some("if …"));
    }

    #[test]
    fn a_long_label_loses_its_middle() {
        assert_eq!(short("dev-Inventario"), "dev-Inventario");
        let long = format!("dev-{}-é", "á".repeat(60));
        let short = short(&long);
        assert_eq!(short.chars().count(), LONGEST);
        assert!(short.starts_with("dev-á") && short.contains("á…á") && short.ends_with("-é"));
    }
}
