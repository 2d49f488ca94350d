use super::*;

#[test]
fn key_conditions_choose_a_partition_and_some_of_its_items() {
    for (text, expected) in [
        ("id = :text", true),
        ("id = :text AND n = :ten", true),
        ("n > :two AND id = :text", true),
        ("(id = :text) AND (n < :two)", false),
        ("id = :text AND n BETWEEN :two AND :ten", true),
        ("id = :text AND #n <= :two", false),
    ] {
        let key = key_condition(text).unwrap_or_else(|it| panic!("{text}: {}", it.message));
        assert_eq!(key.partition, AttributeValue::S("Olinda".into()), "{text}");
        assert_eq!(key.holds(&item()), expected, "{text}");
    }
}

#[test]
fn what_is_no_key_condition_says_why() {
    for (text, why) in [
        ("n = :ten", "Query condition missed key schema element: id"),
        ("id = :text AND word = :a", "Query condition missed key schema element: n"),
        ("word = :a", "Query condition missed key schema element: id"),
        ("id > :text", "Query key condition not supported"),
        ("begins_with(id, :text)", "Query key condition not supported"),
        ("id <> :text", "Invalid operator used in KeyConditionExpression: <>"),
        ("id = :text OR n = :ten", "Invalid operator used in KeyConditionExpression: OR"),
        ("NOT id = :text", "Invalid operator used in KeyConditionExpression: NOT"),
        ("id = :text AND n IN (:ten)", "Invalid operator used in KeyConditionExpression: IN"),
        (
            "id = :text AND contains(n, :ten)",
            "Invalid operator used in KeyConditionExpression: contains",
        ),
        ("id = :text AND size(n) = :ten", "Invalid operator used in KeyConditionExpression: size"),
        ("id = :text AND attribute_exists(n)", "KeyConditionExpression: attribute_exists"),
        ("id = :ten", "Condition parameter type does not match schema type"),
        ("id = :text AND n = :text", "Condition parameter type does not match schema type"),
        ("id = :text AND id = :text", "must only contain one condition per key"),
        ("id = :text AND n > :one AND n < :ten", "must only contain one condition per key"),
        ("id.a = :text", "nested attributes"),
        ("id = :empty", "cannot contain an empty string value"),
        ("id = :text AND n = price", "a key is compared with a value"),
        ("id = ", "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\""),
    ] {
        let failure = key_condition(text).expect_err(text);
        assert_eq!(failure.code, "ValidationException");
        assert!(failure.message.contains(why), "{text}: {}", failure.message);
    }
}
