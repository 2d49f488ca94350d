//! A value that passes one of several tests of an event pattern.

use esteira_manifest::{Json, Shape};
use serde_json::Value;

use super::shape;

/// Whether a value passes one of the tests.
pub(super) fn passes(tests: &[Json], value: &Value) -> bool {
    tests.iter().any(|test| accepts(test, Some(value)))
}

/// A value that passes one of the tests, the one given if it does; none if only nothing passes.
/// What is proposed is tried, so no proposal has to be right by itself.
pub(super) fn passing(
    tests: &[Json],
    value: Option<Value>,
    of: &Shape,
    name: &str,
) -> Option<Value> {
    let own = value.unwrap_or_else(|| shape::value(of, name));
    let of_shape = match shape::within(of) {
        Shape::OneOf(texts) => texts.iter().map(|text| Value::from(text.as_ref())).collect(),
        Shape::Boolean => vec![true.into(), false.into()],
        _ => Vec::new(),
    };
    let proposed = tests.iter().flat_map(|test| propose(test, name));
    let mut candidates =
        [own.clone()].into_iter().chain(of_shape).chain(proposed).filter(|v| !v.is_null());
    let found = candidates.find(|value| shape::fits(value, of) && passes(tests, value));
    match found {
        Some(value) => Some(value),
        None if tests.iter().any(|test| accepts(test, None)) => None,
        None if passes(tests, &Value::Null) => Some(Value::Null),
        // No event of this type passes, as `check` would say.
        None => Some(own),
    }
}

/// Values that may pass a test.
fn propose(test: &Json, name: &str) -> Vec<Value> {
    let Some((operator, operand)) = operator(test) else { return vec![test.into()] };
    match (operator, operand) {
        ("prefix" | "suffix", Json::Object(inner)) => {
            inner.iter().map(|(_, text)| text.into()).collect()
        }
        // An address range begins with an address of it.
        ("cidr", Json::Text(range)) => {
            range.split('/').next().map(Value::from).into_iter().collect()
        }
        ("wildcard", Json::Text(pattern)) => vec![wildcard(pattern).concat().into()],
        ("numeric", Json::Array(bounds)) => numbers(bounds),
        ("anything-but", _) => vec![format!("another {name}").into(), 1.into(), 2.into(), 3.into()],
        ("exists", _) => vec![name.into(), 1.into()],
        (_, operand) => vec![operand.into()],
    }
}

/// The bounds, and what lies beside and between them.
fn numbers(bounds: &[Json]) -> Vec<Value> {
    let bounds: Vec<f64> = bounds.iter().filter_map(number).collect();
    let mut found = Vec::new();
    for bound in &bounds {
        let (below, above) = (bound.ceil() - 1.0, bound.floor() + 1.0);
        found.extend([*bound, above, below, bound + 0.5, bound - 0.5].map(json_number));
    }
    if let [low, high] = bounds[..] {
        found.push(json_number(low + (high - low) / 2.0));
    }
    found
}

/// A whole number without a fraction, so that it may stand for an integer.
#[allow(clippy::cast_possible_truncation, reason = "only where it is exact")]
fn json_number(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 9e15 {
        true => (number as i64).into(),
        false => number.into(),
    }
}

#[allow(clippy::cast_precision_loss, reason = "EventBridge compares so, too")]
fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Integer(number) => Some(*number as f64),
        Json::Number(number) => Some(*number),
        _ => None,
    }
}

/// The only entry of an operator.
fn operator(test: &Json) -> Option<(&str, &Json)> {
    let Json::Object(entries) = test else { return None };
    entries.first().map(|(name, operand)| (name.as_ref(), operand))
}

/// Whether a value, or nothing at all, passes a test.
fn accepts(test: &Json, value: Option<&Value>) -> bool {
    let Some((operator, operand)) = operator(test) else {
        return value.is_some_and(|value| same(test, value));
    };
    if operator == "exists" {
        return value.is_some() == (*operand == Json::Bool(true));
    }
    let Some(value) = value else { return false };
    match (operator, operand) {
        ("numeric", Json::Array(bounds)) => {
            value.as_f64().is_some_and(|value| compares(bounds, value))
        }
        ("anything-but", Json::Array(excluded)) => !excluded.iter().any(|test| same(test, value)),
        ("anything-but", Json::Object(entries)) => !entries.iter().any(|(operator, operand)| {
            texts(operand).iter().any(|text| of_text(operator, text, value))
        }),
        ("anything-but", excluded) => !same(excluded, value),
        // `{ prefix: { equals-ignore-case: … } }`
        ("prefix" | "suffix", Json::Object(entries)) => entries.iter().any(|(_, text)| {
            let lower = |value: &Value| value.as_str().map(|text| Value::from(text.to_lowercase()));
            match (text, lower(value)) {
                (Json::Text(text), Some(value)) => of_text(operator, &text.to_lowercase(), &value),
                _ => false,
            }
        }),
        (operator, Json::Text(text)) => of_text(operator, text, value),
        _ => false,
    }
}

fn texts(operand: &Json) -> Vec<&str> {
    match operand {
        Json::Text(text) => vec![text],
        Json::Array(texts) => texts.iter().flat_map(texts_of_one).collect(),
        _ => Vec::new(),
    }
}

fn texts_of_one(json: &Json) -> Option<&str> {
    if let Json::Text(text) = json { Some(text) } else { None }
}

fn of_text(operator: &str, operand: &str, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    match operator {
        "prefix" => text.starts_with(operand),
        "suffix" => text.ends_with(operand),
        "equals-ignore-case" => text.to_lowercase() == operand.to_lowercase(),
        "wildcard" => matches(&wildcard(operand), text),
        // Of a range only what is proposed is known to be in it.
        "cidr" => operand.split('/').next() == Some(text),
        _ => false,
    }
}

/// The texts between the stars of a wildcard; a backslash makes a star, or itself, a character.
fn wildcard(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => parts.push(String::new()),
            '\\' => parts.last_mut().into_iter().for_each(|part| part.extend(characters.next())),
            character => parts.last_mut().into_iter().for_each(|part| part.push(character)),
        }
    }
    parts
}

fn matches(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else { return parts.first().is_some_and(|p| p == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

fn compares(bounds: &[Json], value: f64) -> bool {
    bounds.chunks(2).all(|pair| match pair {
        [Json::Text(symbol), bound] => number(bound).is_some_and(|bound| match symbol.as_ref() {
            "<" => value < bound,
            "<=" => value <= bound,
            ">" => value > bound,
            ">=" => value >= bound,
            "=" => (value - bound).abs() < f64::EPSILON,
            _ => false,
        }),
        _ => false,
    })
}

/// Numbers are the same whatever they are written like.
fn same(test: &Json, value: &Value) -> bool {
    match (number(test), value.as_f64()) {
        (Some(test), Some(value)) => (test - value).abs() < f64::EPSILON,
        _ => Value::from(test) == *value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tests(text: &str) -> Vec<Json> {
        match serde_json::from_str(text).unwrap() {
            Json::Array(tests) => tests.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    const INTEGER: Shape = Shape::Integer { bits: 32, signed: false };

    #[test]
    fn a_value_is_found_for_each_operator() {
        let cases = [
            (r#"["a"]"#, Shape::Text, json!("a")),
            (r#"[null, "a"]"#, Shape::Text, json!("a")),
            (r#"[{"prefix": "x."}]"#, Shape::Text, json!("x.")),
            (r#"[{"suffix": {"equals-ignore-case": ".PNG"}}]"#, Shape::Text, json!(".PNG")),
            (r#"[{"equals-ignore-case": "Ação"}]"#, Shape::Text, json!("Ação")),
            (r#"[{"wildcard": "a*b\\*c*"}]"#, Shape::Text, json!("ab*c")),
            (r#"[{"cidr": "10.0.0.0/8"}]"#, Shape::Text, json!("10.0.0.0")),
            (r#"[{"exists": true}]"#, Shape::Text, json!("field")),
            (r#"[{"anything-but": "field"}]"#, Shape::Text, json!("another field")),
            (r#"[{"anything-but": ["x", "y"]}]"#, Shape::Text, json!("field")),
            (r#"[{"anything-but": {"prefix": "fi"}}]"#, Shape::Text, json!("another field")),
            (r#"[{"anything-but": [1, 2]}]"#, INTEGER, json!(3)),
            (r#"[{"numeric": [">", 0]}]"#, INTEGER, json!(1)),
            (r#"[{"numeric": [">", 1, "<=", 2.5]}]"#, INTEGER, json!(2)),
            (r#"[{"numeric": [">", 2.2, "<", 2.4]}]"#, Shape::Number, json!(2.3)),
            (r#"[{"numeric": ["=", -7]}]"#, Shape::Number, json!(-7)),
            (r#"[false]"#, Shape::Boolean, json!(false)),
            (
                r#"[{"anything-but": "a"}]"#,
                Shape::OneOf(vec!["a".into(), "b".into()].into()),
                json!("b"),
            ),
        ];
        for (text, shape, expected) in cases {
            let found = passing(&tests(text), None, &shape, "field");
            let same = match (&found, expected.as_f64()) {
                (Some(found), Some(number)) => {
                    found.as_f64().is_some_and(|found| (found - number).abs() < 1e-9)
                }
                (found, _) => *found == Some(expected.clone()),
            };
            assert!(same, "{text}: {found:?} instead of {expected}");
        }
    }

    #[test]
    fn a_value_that_passes_stays() {
        let shape = Shape::Optional(vec![Shape::Text].into());
        let given = Some(json!("x.y"));
        assert_eq!(passing(&tests(r#"[{"prefix": "x"}]"#), given.clone(), &shape, "f"), given);
        assert_eq!(passing(&tests("[null]"), given.clone(), &shape, "f"), Some(Value::Null));
        assert_eq!(passing(&tests(r#"[{"exists": false}]"#), given, &shape, "f"), None);
    }

    #[test]
    fn stars_of_a_wildcard_stand_for_any_text() {
        let accepts = |pattern: &str, text: &str| matches(&wildcard(pattern), text);
        assert!(accepts("a*c", "abc") && accepts("a*c", "ac") && accepts("*", ""));
        assert!(accepts("*a*", "bab") && accepts("a", "a") && accepts(r"\*", "*"));
        assert!(!accepts("a*c", "ab") && !accepts("a", "ab") && !accepts(r"\*", "a"));
        assert!(!accepts("ab*ba", "aba"), "the two ends do not overlap");
    }
}
