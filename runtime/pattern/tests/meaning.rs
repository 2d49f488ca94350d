//! What is particular about the language, by example; each was tried on AWS's own matcher.

use esteira_pattern::Pattern;

fn matches(pattern: &str, event: &str) -> bool {
    let event = serde_json::from_str(event).unwrap_or_else(|error| panic!("{event}: {error}"));
    Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).matches(&event)
}

fn refused(pattern: &str) -> String {
    Pattern::parse(pattern).expect_err(pattern).to_string()
}

#[test]
fn fields_of_one_element_match_together() {
    let pattern = r#"{"itens": {"tipo": ["a"], "valor": [1]}}"#;
    assert!(matches(pattern, r#"{"itens": [{"tipo": "b"}, {"tipo": "a", "valor": 1}]}"#));
    assert!(!matches(pattern, r#"{"itens": [{"tipo": "a", "valor": 2}, {"valor": 1}]}"#));
    assert!(matches(pattern, r#"{"itens": [[{"tipo": "a", "valor": [2, 1]}]]}"#));
    // Two arrays are chosen from on their own.
    let pattern = r#"{"x": {"a": [1]}, "y": {"b": [2]}}"#;
    assert!(matches(pattern, r#"{"x": [{"a": 0}, {"a": 1}], "y": [{"b": 2}, {"b": 0}]}"#));
}

#[test]
fn absence_is_of_what_is_no_object_and_of_the_elements_chosen_before() {
    assert!(matches(r#"{"a": [{"exists": false}]}"#, r#"{"a": {"b": 1}}"#));
    assert!(matches(r#"{"a": [{"exists": false}]}"#, r#"{"a": []}"#));
    assert!(matches(r#"{"a": [{"exists": true}]}"#, r#"{"a": null}"#));
    let event = r#"{"x": [{"b": 1}, {"a": 1, "c": 1}]}"#;
    assert!(matches(r#"{"x": {"b": [1], "c": [{"exists": false}]}}"#, event));
    assert!(!matches(r#"{"x": {"b": [1], "a": [{"exists": false}]}}"#, event));
}

#[test]
fn numbers_are_compared_as_doubles_and_else_as_they_are_written() {
    assert!(matches(r#"{"a": [10]}"#, r#"{"a": 1e1}"#));
    assert!(matches(r#"{"a": [-0.0]}"#, r#"{"a": 0}"#));
    assert!(!matches(r#"{"a": [10]}"#, r#"{"a": "10"}"#));
    assert!(matches(r#"{"a": [9007199254740993]}"#, r#"{"a": 9007199254740993}"#));
    assert!(!matches(r#"{"a": [9007199254740993]}"#, r#"{"a": 9007199254740992}"#));
    assert!(!matches(r#"{"a": [1152921504606846976]}"#, r#"{"a": 1152921504606846976.0}"#));
    // What cannot be compared is not in a range, and is not what is excluded.
    let event = r#"{"a": 9007199254740993}"#;
    assert!(!matches(r#"{"a": [{"numeric": [">", 0]}]}"#, event));
    assert!(matches(r#"{"a": [{"anything-but": 5}]}"#, event));
    for number in ["0.1000000000000000055", "36893488147419103232", "1e400"] {
        let error = refused(&format!(r#"{{"a": [{{"numeric": [">", {number}]}}]}}"#));
        assert!(error.starts_with(&format!("`a[0].numeric[1]`: `{number}` cannot be")), "{error}");
    }
}

#[test]
fn text_that_is_an_address_is_every_way_to_write_it() {
    for address in ["10.0.0.5", "10.0.0.05", "::ffff:a00:5"] {
        assert!(matches(r#"{"a": ["10.0.0.5"]}"#, &format!(r#"{{"a": "{address}"}}"#)));
    }
    assert!(!matches(r#"{"a": [{"exactly": "10.0.0.5"}]}"#, r#"{"a": "10.0.0.05"}"#));
    assert!(!matches(r#"{"a": [{"anything-but": "10.0.0.05"}]}"#, r#"{"a": "10.0.0.05"}"#));
    assert!(matches(r#"{"a": [{"anything-but": "10.0.0.05"}]}"#, r#"{"a": "10.0.0.5"}"#));
}

#[test]
fn what_is_excluded_is_text_or_numbers_and_all_else_passes() {
    let pattern = r#"{"a": [{"anything-but": {"prefix": ["x", "y"]}}]}"#;
    assert!(matches(pattern, r#"{"a": 5}"#));
    assert!(matches(pattern, r#"{"a": null}"#));
    assert!(!matches(pattern, r#"{"a": "yes"}"#));
    assert!(matches(pattern, r#"{"a": ["yes", "no"]}"#));
    assert!(!matches(pattern, "{}"));
}

#[test]
fn a_name_with_dots_is_a_path() {
    assert!(matches(r#"{"a.b": [1]}"#, r#"{"a": {"b": 1}}"#));
    assert!(matches(r#"{"a": {"b": {"c": [1]}}}"#, r#"{"a": {"b.c": 1}}"#));
    assert!(!matches(r#"{"a": {"b": {"c": [1]}}}"#, r#"{"a.c": 1}"#));
}

#[test]
fn a_field_that_is_given_again_replaces_the_first() {
    assert!(!matches(r#"{"a": [1], "a": [2]}"#, r#"{"a": 1}"#));
    assert!(matches(r#"{"a": {"b": [1]}, "a": {"c": [2]}}"#, r#"{"a": {"b": 1, "c": 2}}"#));
    // Also in the choices before it; and a choice replaces what comes before.
    assert!(matches(r#"{"$or": [{"a": [1]}, {"b": [1]}], "a": [2]}"#, r#"{"a": 2}"#));
    let pattern = r#"{"a": [2], "$or": [{"a": [1]}, {"b": [1]}]}"#;
    assert!(matches(pattern, r#"{"a": 1}"#));
    assert!(!matches(pattern, r#"{"a": 2}"#));
    assert!(matches(pattern, r#"{"a": 2, "b": 1}"#));
}

#[test]
fn an_or_that_is_none_is_a_field() {
    assert!(matches(r#"{"$or": [5, 6]}"#, r#"{"$or": 6}"#));
    assert!(matches(r#"{"$or": [{"prefix": "a"}, {"prefix": "b"}]}"#, r#"{"$or": "bc"}"#));
    assert_eq!(
        refused(r#"{"$or": [{"a": [1]}]}"#),
        "`$or`: an `$or` has to have two choices, not 1; write two or more objects, \
         `[{\"a\": [1]}, {\"b\": [2]}]`"
    );
    // Where it is a field, what came to the language after it is not known.
    let later = r#"{"$or": [5], "a": [{"anything-but": {"wildcard": "a*"}}]}"#;
    assert!(refused(later).starts_with("`$or`: "), "{later}");
}

#[test]
fn a_refusal_says_where_it_is_and_what_to_write() {
    for (pattern, error) in [
        ("[]", "a pattern cannot be a list; write an object, `{\"source\": [\"…\"]}`"),
        (
            "{}",
            "an empty object matches nothing; name a field in it, `{\"field\": [\"…\"]}`, or leave it out",
        ),
        (
            r#"{"detail": {"valor": 5}}"#,
            "`detail.valor`: a field cannot be a number; put what it may be into a list, \
             `[\"a\", \"b\"]`",
        ),
        (
            r#"{"detail": {"$or": [{"a": [1]}, {"b": [{"exists": "yes"}]}]}}"#,
            "`detail.$or[1].b[0].exists`: it cannot be text; write `true` or `false`",
        ),
        (
            r#"{"a": [{"numeric": [">", 5, "<", 1]}]}"#,
            "`a[0].numeric`: its lower bound is not below its upper one; write the lower bound \
             first; a single number is `[\"=\", 5]`",
        ),
        (
            r#"{"a": [{"cidr": "10.0.0.1/32"}]}"#,
            "`a[0].cidr`: `10.0.0.1/32` fixes more than 31 bits; a single address is written as \
             that address, without `cidr`",
        ),
        (
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            "`a[0]`: there is a second operator, `suffix`; give each an object of its own; a field \
             matches if one of them does, and for both at once there is a second rule",
        ),
        (
            r#"{"a": [{"anything-but": {"prefix": ["x", 5]}}]}"#,
            "`a[0].anything-but.prefix[1]`: it cannot be a number; write text, in quotes",
        ),
    ] {
        assert_eq!(refused(pattern), error);
    }
    let syntax = refused(r#"{"a": [1}"#);
    assert!(syntax.starts_with("it is not JSON: "), "{syntax}");
    assert!(refused(r#"{"a": [1]} x"#).starts_with("it is not JSON: "));
}
