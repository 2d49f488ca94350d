use super::*;

#[test]
fn conditions_hold_or_do_not() {
    let cases = [
        // Comparisons.
        ("n = :ten", true),
        ("n <> :ten", false),
        ("n > :two", true),
        ("n >= :ten AND n <= :ten", true),
        ("n < :ten", false),
        (":two < n", true),
        ("#n = :ten", true),
        ("#status = :text", false),
        ("word < :z", true),
        ("word = :text", true),
        ("flag = :true", true),
        ("nil = :null", true),
        ("tags = :tags", true),
        ("tags = :more", false),
        ("steps = :list", true),
        ("octets = :bytes", true),
        ("octets > :byte", true),
        ("n = price", false),
        // Values of different types are unequal and have no order.
        ("n = :text", false),
        ("n <> :text", true),
        ("n < :text", false),
        ("n > :text", false),
        // What is missing is unequal to everything, and nothing else holds for it.
        ("absent = :one", false),
        ("absent <> :one", true),
        ("absent < :one", false),
        ("NOT absent < :one", true),
        ("absent BETWEEN :zero AND :one", false),
        ("absent IN (:one)", false),
        ("begins_with(absent, :o)", false),
        ("contains(absent, :o)", false),
        ("size(absent) = :zero", false),
        // Existence and types.
        ("attribute_exists(n)", true),
        ("attribute_exists(absent)", false),
        ("attribute_not_exists(absent)", true),
        ("attribute_not_exists(doc.b.c)", false),
        ("attribute_not_exists(doc.b.c.d)", true),
        ("attribute_exists(#dot)", false),
        ("attribute_type(n, :N)", true),
        ("attribute_type(n, :S)", false),
        ("attribute_type(steps, :L)", true),
        ("attribute_type(absent, :S)", false),
        // Paths.
        ("doc.a = :one", true),
        ("#map.#a = :one", true),
        ("steps[0] = :one", true),
        ("steps[2].deep = :text", false),
        ("attribute_exists(steps[2].deep)", true),
        ("attribute_exists(steps[3])", false),
        ("attribute_exists(doc[0])", false),
        ("attribute_exists(steps.a)", false),
        ("attribute_exists(word.a)", false),
        // Functions.
        ("begins_with(word, :o)", true),
        ("begins_with(word, :lin)", false),
        ("begins_with(word, :empty)", true),
        ("begins_with(octets, :byte)", true),
        ("begins_with(n, :o)", false),
        ("contains(word, :lin)", true),
        ("contains(tags, :a)", true),
        ("contains(tags, :z)", false),
        ("contains(nums, :one)", true),
        ("contains(steps, :one)", true),
        ("contains(steps, :ten)", false),
        ("contains(octets, :byte)", true),
        ("contains(n, :one)", false),
        ("size(word) > :two", true),
        ("size(tags) = :two", true),
        ("size(doc) = :two", true),
        ("size(n) = :two", false),
        ("size(steps) BETWEEN :two AND :ten", true),
        // Ranges and lists.
        ("n BETWEEN :two AND :ten", true),
        ("n BETWEEN :zero AND :two", false),
        ("n NOT BETWEEN :zero AND :two", false),
        ("n IN (:one, :ten)", true),
        ("n IN (:one)", false),
        ("word IN (:a, word)", true),
        // AND binds more than OR, and NOT more than both.
        ("n = :ten OR n = :one AND n = :two", true),
        ("(n = :ten OR n = :one) AND n = :two", false),
        ("NOT n = :one AND n = :ten", true),
        ("NOT (n = :ten AND n = :ten)", false),
        ("NOT NOT n = :ten", true),
        ("n = :one or n = :ten and not n = :two", true),
        ("n BETWEEN :two AND :ten AND n = :ten", true),
    ];
    for (text, expected) in cases {
        if text.contains("NOT BETWEEN") {
            assert!(condition(text).is_err(), "{text} is not of the language");
            continue;
        }
        let condition = condition(text).unwrap_or_else(|it| panic!("{text}: {}", it.message));
        assert_eq!(condition.holds(&item()), expected, "{text}");
    }
}

#[test]
fn an_item_that_does_not_exist_has_no_attributes() {
    let nothing = Item::default();
    for (text, expected) in
        [("attribute_not_exists(id)", true), ("id <> :one", true), ("id = :one", false)]
    {
        assert_eq!(condition(text).expect("is a condition").holds(&nothing), expected, "{text}");
    }
}

#[test]
fn projections_are_parts_of_the_item() {
    for (text, expected) in [
        ("n, word", json!({"n": {"N": "10"}, "word": {"S": "Olinda"}})),
        ("absent", json!({})),
        ("#status", json!({"status": {"S": "aberto"}})),
        ("doc.b.c", json!({"doc": {"M": {"b": {"M": {"c": {"S": "d"}}}}}})),
        ("doc.b.x", json!({})),
        ("doc.a, doc.b", json!({"doc": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "d"}}}}}})),
        (
            "steps[2].deep, steps[0]",
            json!({"steps": {"L": [{"N": "1"}, {"M": {"deep": {"S": "y"}}}]}}),
        ),
        ("steps[9]", json!({})),
        ("word.a", json!({})),
    ] {
        let projection = projection(text).unwrap_or_else(|it| panic!("{text}: {}", it.message));
        assert_eq!(projection.of(&item()), read(expected), "{text}");
    }
}
