use serde_json::{Value, json};

use crate::stage::{Stage, error_of, n, s};

const WRITE: &str = "DynamoDB_20120810.TransactWriteItems";

fn item(stage: &Stage, id: &str) -> Value {
    let key = json!({"TableName": "Produtos", "Key": {"id": s(id)}});
    stage.ok("DynamoDB_20120810.GetItem", key)["Item"].clone()
}

fn put(id: &str, q: u32) -> Value {
    json!({"Put": {"TableName": "Produtos", "Item": {"id": s(id), "q": n(q)}}})
}

/// An action that takes some of a stock, if there is enough.
fn take(id: &str, q: u32) -> Value {
    json!({"Update": {
        "TableName": "Produtos", "Key": {"id": s(id)}, "UpdateExpression": "SET q = q - :q",
        "ConditionExpression": "q >= :q", "ExpressionAttributeValues": {":q": n(q)},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }})
}

#[test]
fn a_transaction_does_all_of_it() {
    let stage = Stage::new();
    stage.ok(WRITE, json!({"TransactItems": [put("a", 5), put("b", 5), put("c", 5)]}));
    let check = json!({"ConditionCheck": {
        "TableName": "Produtos", "Key": {"id": s("c")},
        "ConditionExpression": "attribute_exists(id)",
    }});
    let delete = json!({"Delete": {"TableName": "Produtos", "Key": {"id": s("b")}}});
    let other = json!({"Put": {"TableName": "Estoque", "Item": {"loja": s("x"), "n": n(1)}}});
    let items = json!([take("a", 2), delete, check, other]);
    assert_eq!(stage.ok(WRITE, json!({"TransactItems": items})), json!({}));
    assert_eq!((item(&stage, "a")["q"].clone(), item(&stage, "b")), (n(3), Value::Null));
    let get = |table: &str, key: Value| json!({"Get": {"TableName": table, "Key": key}});
    let gets = json!({"TransactItems": [
        get("Estoque", json!({"loja": s("x"), "n": n("1.0")})),
        get("Produtos", json!({"id": s("b")})),
        get("Produtos", json!({"id": s("c")})),
    ]});
    let answer = stage.ok("DynamoDB_20120810.TransactGetItems", gets);
    let expected = json!([
        {"Item": {"loja": s("x"), "n": n(1)}}, {}, {"Item": {"id": s("c"), "q": n(5)}},
    ]);
    assert_eq!(answer["Responses"], expected);
}

#[test]
fn a_transaction_that_cannot_do_all_does_nothing_and_says_why_in_place() {
    let stage = Stage::new();
    stage.ok(WRITE, json!({"TransactItems": [put("a", 5), put("b", 1)]}));
    let missing = json!({"Update": {
        "TableName": "Produtos", "Key": {"id": s("c")}, "UpdateExpression": "SET q = q + :q",
        "ExpressionAttributeValues": {":q": n(1)},
    }});
    let items = json!([take("a", 2), take("b", 2), missing]);
    let reply = stage.json_as(None, WRITE, &json!({"TransactItems": items}));
    assert_eq!(reply.status, 400);
    let body = reply.json();
    let (code, message) = error_of(&body);
    assert_eq!(code, "TransactionCanceledException");
    assert_eq!(
        message,
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]"
    );
    let expected = json!([
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {"id": s("b"), "q": n(1)},
        },
        {
            "Code": "ValidationError",
            "Message": "The provided expression refers to an attribute that does not exist in the item",
        },
    ]);
    assert_eq!(body["CancellationReasons"], expected);
    assert_eq!(item(&stage, "a")["q"], n(5));
}

#[test]
fn a_token_is_good_for_one_transaction() {
    let stage = Stage::new();
    stage.ok(WRITE, json!({"TransactItems": [put("a", 5)]}));
    let request = |q| json!({"TransactItems": [take("a", q)], "ClientRequestToken": "t"});
    for _ in 0..3 {
        assert_eq!(stage.ok(WRITE, request(2)), json!({}));
    }
    assert_eq!(item(&stage, "a")["q"], n(3), "it was done once");
    let (code, _) = stage.error(WRITE, request(1));
    assert_eq!(code, "IdempotentParameterMismatchException");
    // One that was cancelled is done when it can be.
    let later = json!({"TransactItems": [take("a", 9)], "ClientRequestToken": "u"});
    assert_eq!(stage.error(WRITE, later.clone()).0, "TransactionCanceledException");
    stage.ok(WRITE, json!({"TransactItems": [put("a", 9)]}));
    stage.ok(WRITE, later);
    assert_eq!(item(&stage, "a")["q"], n(0));
}

#[test]
fn what_is_no_transaction_is_refused_with_its_words() {
    let stage = Stage::new();
    let many: Vec<_> = (0..101).map(|it| put(&it.to_string(), 1)).collect();
    let large = json!({"Put": {"TableName": "Produtos", "Item": {"id": s("p"), "v": s(&"x".repeat(380 * 1024))}}});
    let large: Vec<_> = (0..12)
        .map(|it| {
            let mut put = large.clone();
            put["Put"]["Item"]["id"] = s(&it.to_string());
            put
        })
        .collect();
    let no_condition = json!({"ConditionCheck": {"TableName": "Produtos", "Key": {"id": s("a")}}});
    let no_update = json!({"Update": {"TableName": "Produtos", "Key": {"id": s("a")}}});
    let mut two = put("a", 1);
    two["Delete"] = json!({"TableName": "Produtos", "Key": {"id": s("b")}});
    for (items, expected) in [
        (json!([]), "Value at 'transactItems'"),
        (json!(many), "Value at 'transactItems'"),
        (json!(large), "Transaction request size"),
        (
            json!([put("a", 1), take("a", 1)]),
            "Transaction request cannot include multiple operations on one item",
        ),
        (json!([{}]), "can only contain one of Check, Put, Update or Delete"),
        (json!([two]), "can only contain one of Check, Put, Update or Delete"),
        (json!([no_condition]), "Value null at 'conditionExpression'"),
        (json!([no_update]), "Value null at 'updateExpression'"),
    ] {
        let (code, message) = stage.error(WRITE, json!({"TransactItems": items}));
        assert_eq!(code, "ValidationException", "{message}");
        assert!(message.contains(expected), "{message}");
    }
    let token = json!({"TransactItems": [put("a", 1)], "ClientRequestToken": "t".repeat(37)});
    assert!(stage.error(WRITE, token).1.contains("clientRequestToken"));
}
