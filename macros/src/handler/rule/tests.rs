use quote::quote;

use super::{Field, Rule, Test, json::Value};

fn mistake(rule: &str) -> String {
    match syn::parse_str::<Rule>(rule) {
        Ok(_) => panic!("`{rule}` is taken"),
        Err(error) => error.to_string(),
    }
}

/// The values that the field `f` of a rule may have, as JSON is written.
fn matchers(list: &str) -> Vec<String> {
    let rule = format!("E {{ f: {list} }}");
    let Rule::Typed { fields, .. } = syn::parse_str(&rule).expect("a rule") else {
        panic!("not typed")
    };
    let [Field { test: Test::AnyOf(matchers), .. }] = &fields[..] else { panic!("not one list") };
    matchers.iter().map(|matcher| text(&matcher.json.value)).collect()
}

fn text(value: &Value) -> String {
    let all = |items: Vec<String>| items.join(",");
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => format!("{value:?}"),
        Value::Text(value) => format!("{value:?}"),
        Value::Array(items) => {
            format!("[{}]", all(items.iter().map(|item| text(&item.value)).collect()))
        }
        Value::Object(entries) => {
            let entries =
                entries.iter().map(|(key, item)| format!("{key:?}:{}", text(&item.value)));
            format!("{{{}}}", all(entries.collect()))
        }
    }
}

#[test]
fn a_rule_is_an_event_with_fields_or_without() {
    let Ok(Rule::Typed { event, fields }) = syn::parse_str("crate::shop::OrderPlaced") else {
        panic!("typed")
    };
    assert_eq!(quote!(#event).to_string(), quote!(crate::shop::OrderPlaced).to_string());
    assert!(fields.is_empty());

    let Ok(Rule::Typed { fields, .. }) =
        syn::parse_str("E { r#type: [1,], customer: { country: [\"BR\"], }, }")
    else {
        panic!("typed")
    };
    assert_eq!(fields[0].name.to_string(), "r#type");
    let Test::Nested(inner) = &fields[1].test else { panic!("nested") };
    assert_eq!(inner[0].name.to_string(), "country");
}

#[test]
fn an_event_may_be_called_raw() {
    assert!(matches!(syn::parse_str("raw"), Ok(Rule::Typed { .. })));
    assert!(matches!(syn::parse_str("raw { a: [1] }"), Ok(Rule::Typed { .. })));
    assert!(matches!(syn::parse_str("raw::Event"), Ok(Rule::Typed { .. })));
    assert!(matches!(syn::parse_str("raw(Bus, { \"a\": [1] },)"), Ok(Rule::Raw { .. })));
}

#[test]
fn matchers_are_written_as_eventbridge_has_them() {
    assert_eq!(
        matchers("[\"a\", 1, -1, 2.5, -1e3, true, null]"),
        ["\"a\"", "1", "-1", "2.5", "-1000.0", "true", "null"]
    );
    assert_eq!(
        matchers("[{ equals_ignore_case: \"a\" }, { anything_but: [1, -2] }, { exists: false },]"),
        ["{\"equals-ignore-case\":\"a\"}", "{\"anything-but\":[1,-2]}", "{\"exists\":false}"]
    );
    assert_eq!(
        matchers(
            "[{ prefix: { equals_ignore_case: \"a\" } }, { anything_but: { suffix: \"b\" } }]"
        ),
        ["{\"prefix\":{\"equals-ignore-case\":\"a\"}}", "{\"anything-but\":{\"suffix\":\"b\"}}"]
    );
    assert_eq!(
        matchers("[{ numeric: [\">\", -1, \"<=\", 2.5], }]"),
        ["{\"numeric\":[\">\",-1,\"<=\",2.5]}"]
    );
}

#[test]
fn a_number_fits_64_bits() {
    assert_eq!(matchers("[-9223372036854775808]"), ["-9223372036854775808"]);
    assert!(mistake("E { f: [9223372036854775808] }").contains("64 bits"));
    assert!(mistake("E { f: [-\"a\"] }").contains("a value is a text, a number"));
}

#[test]
fn ranges_have_a_lower_and_a_higher_end() {
    for range in ["[\">\", 2, \"<\", 1]", "[\">=\", 1, \"<\", 1]"] {
        assert!(mistake(&format!("E {{ f: [{{ numeric: {range} }}] }}")).contains("is empty"));
    }
    for malformed in ["[]", "[\">\"]", "[1, \">\"]", "[\"<\", 1, \">\", 0]", "[\">\", \"1\"]", "1"]
    {
        let mistake = mistake(&format!("E {{ f: [{{ numeric: {malformed} }}] }}"));
        assert!(mistake.contains("is one comparison"), "{malformed}: {mistake}");
    }
    let mistake = mistake("E { f: [{ numeric: [\"==\", 1] }] }");
    assert!(mistake.contains("`==` is not a comparison"), "{mistake}");
}

#[test]
fn an_operator_is_known_and_alone() {
    assert!(mistake("E { f: [{ sufix: \"a\" }] }").contains("did you mean `suffix`?"));
    assert!(mistake("E { f: [{ colour: \"a\" }] }").contains("here it may be `prefix`,"));
    assert!(mistake("E { f: [{ prefix: \"a\", suffix: \"b\" }] }").contains("one operator"));
    // Not every operator can be inside another.
    assert!(mistake("E { f: [{ prefix: { suffix: \"a\" } }] }").contains("`equals_ignore_case`"));
    assert!(mistake("E { f: [{ anything_but: { numeric: [\"=\", 1] } }] }").contains("wildcard"));
}

#[test]
fn anything_but_is_of_one_kind() {
    for mixed in ["[\"a\", 1]", "[]", "[null]", "true", "[[1]]"] {
        let mistake = mistake(&format!("E {{ f: [{{ anything_but: {mixed} }}] }}"));
        assert!(mistake.contains("or a list of texts or of numbers"), "{mixed}: {mistake}");
    }
}

#[test]
fn a_rule_that_can_match_nothing_is_refused() {
    assert!(mistake("E {}").contains("leave the braces out"));
    assert!(mistake("E { f: {} }").contains("leave the braces out"));
    assert!(mistake("E { f: [] }").contains("matches nothing"));
    assert!(mistake("raw(Bus, {})").contains("matches nothing"));
    assert!(mistake("raw(Bus, { \"a\": { \"b\": [] } })").contains("matches nothing"));
    assert!(mistake("raw(Bus, { \"a\": { \"b\": 1 } })").contains("`\"b\": [value]`"));
    assert!(mistake("raw(Bus, [1])").contains("is an object"));
}

#[test]
fn what_is_half_typed_is_an_error_and_no_panic() {
    for rule in [
        "",
        "E {",
        "E { f",
        "E { f }",
        "E { f: }",
        "E { f: [{}] }",
        "E { f: [{ numeric }] }",
        "raw(",
        "raw()",
        "raw(Bus)",
        "raw(Bus,)",
        "raw(Bus, {\"a\"})",
        "raw(Bus, {\"a\":})",
        "E E",
        "raw(Bus, {\"a\": [1]}) E",
    ] {
        assert!(syn::parse_str::<Rule>(rule).is_err(), "{rule}");
    }
}
