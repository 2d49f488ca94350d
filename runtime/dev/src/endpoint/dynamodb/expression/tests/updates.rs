use super::*;

/// The attributes that an update leaves changed; those that it removed are null.
fn changed(text: &str) -> Value {
    let update = update(text).unwrap_or_else(|it| panic!("{text}: {}", it.message));
    let before = item();
    let after = update.apply(&before).unwrap_or_else(|it| panic!("{text}: {}", it.message));
    let mut changed = serde_json::Map::new();
    for name in before.keys().chain(after.keys()) {
        if before.get(name) != after.get(name) {
            changed.insert(name.clone(), json!(after.get(name)));
        }
    }
    Value::Object(changed)
}

#[test]
fn updates_change_the_item() {
    let n = |text: &str| json!({"N": text});
    for (text, expected) in [
        ("SET word = :a", json!({"word": {"S": "a"}})),
        ("SET #status = :a, fresh = :one", json!({"status": {"S": "a"}, "fresh": n("1")})),
        ("SET n = n + :one", json!({"n": n("11")})),
        ("SET n = n - :ten", json!({"n": n("0")})),
        ("SET price = price + :price", json!({"price": n("0.3")})),
        ("SET n = :one - n", json!({"n": n("-9")})),
        ("SET n = (n + :one)", json!({"n": n("11")})),
        ("SET n = if_not_exists(n, :zero) + :one", json!({"n": n("11")})),
        ("SET c = if_not_exists(c, :zero) + :one", json!({"c": n("1")})),
        ("SET n = if_not_exists(n, :one)", json!({})),
        ("SET doc.a = :two", json!({"doc": {"M": {"a": n("2"), "b": {"M": {"c": {"S": "d"}}}}}})),
        (
            "SET doc.fresh = n",
            json!({"doc": {"M": {"a": n("1"), "fresh": n("10"), "b": {"M": {"c": {"S": "d"}}}}}}),
        ),
        (
            "SET steps[1] = :two",
            json!({"steps": {"L": [n("1"), n("2"), {"M": {"deep": {"S": "y"}}}]}}),
        ),
        // Behind the end of a list is its end.
        (
            "SET steps[9] = :one, steps[7] = :two",
            json!({"steps": {"L": [n("1"), {"S": "x"}, {"M": {"deep": {"S": "y"}}}, n("2"), n("1")]}}),
        ),
        (
            "SET steps = list_append(:items, steps)",
            json!({"steps": {"L": [{"S": "new"}, n("1"), {"S": "x"}, {"M": {"deep": {"S": "y"}}}]}}),
        ),
        (
            "SET c = list_append(if_not_exists(c, :items), :items)",
            json!({"c": {"L": [{"S": "new"}, {"S": "new"}]}}),
        ),
        // Everything is read from the item as it was.
        ("SET n = price, price = n", json!({"n": n("0.1"), "price": n("10")})),
        ("REMOVE word, absent", json!({"word": null})),
        ("REMOVE steps[0], steps[1]", json!({"steps": {"L": [{"M": {"deep": {"S": "y"}}}]}})),
        ("REMOVE steps[9]", json!({})),
        ("REMOVE doc.b.c", json!({"doc": {"M": {"a": n("1"), "b": {"M": {}}}}})),
        ("ADD n :one, c :two", json!({"n": n("11"), "c": n("2")})),
        ("ADD tags :more", json!({"tags": {"SS": ["a", "b", "c"]}})),
        ("ADD nums :ns", json!({"nums": {"NS": ["1", "2.5", "7"]}})),
        ("ADD fresh :tags", json!({"fresh": {"SS": ["b", "a"]}})),
        ("DELETE tags :more", json!({"tags": {"SS": ["a"]}})),
        // No set is left empty.
        ("DELETE tags :tags", json!({"tags": null})),
        ("DELETE absent :tags", json!({})),
        (
            "set word = :a remove n add c :one delete tags :more",
            json!({"word": {"S": "a"}, "n": null, "c": n("1"), "tags": {"SS": ["a"]}}),
        ),
    ] {
        assert_eq!(changed(text), expected, "{text}");
    }
}

#[test]
fn updates_that_do_not_fit_the_item_say_why() {
    for (text, why) in [
        ("SET n = absent", "refers to an attribute that does not exist in the item"),
        ("SET n = absent + :one", "refers to an attribute that does not exist in the item"),
        ("SET n = word + :one", "An operand in the update expression has an incorrect data type"),
        ("SET steps = list_append(word, :items)", "incorrect data type"),
        (
            "SET absent.a = :one",
            "The document path provided in the update expression is invalid for update",
        ),
        ("SET word.a = :one", "invalid for update"),
        ("SET doc[0] = :one", "invalid for update"),
        ("SET steps.a = :one", "invalid for update"),
        ("REMOVE absent.a", "invalid for update"),
        ("ADD word :one", "incorrect data type"),
        ("ADD n :tags", "incorrect data type"),
        ("ADD tags :ns", "incorrect data type"),
        ("DELETE n :tags", "incorrect data type"),
        ("SET n = :long + :price", "Number overflow"),
    ] {
        let update = update(text).unwrap_or_else(|it| panic!("{text}: {}", it.message));
        let failure = update.apply(&item()).expect_err(text);
        assert_eq!(failure.code, "ValidationException");
        assert!(failure.message.contains(why), "{text}: {}", failure.message);
    }
}

#[test]
fn sums_keep_all_38_digits() {
    let changed = changed("SET n = :long - :one");
    assert_eq!(changed["n"]["N"], "99999999999999999999999999999999999998");
}
