use serde_json::{Value, json};

use crate::stage::{Stage, error_of, n, s};

fn call(stage: &Stage, operation: &str, request: Value) -> Value {
    stage.ok(&format!("DynamoDB_20120810.{operation}"), request)
}

fn refused(stage: &Stage, operation: &str, request: Value) -> (String, String) {
    stage.error(&format!("DynamoDB_20120810.{operation}"), request)
}

/// Puts items with the numbers from 1 on into one partition.
fn fill(stage: &Stage, count: usize) {
    for number in 1..=count {
        let item = json!({"loja": s("x"), "n": n(number), "par": {"BOOL": number % 2 == 0}});
        call(stage, "PutItem", json!({"TableName": "Estoque", "Item": item}));
    }
}

/// The numbers of the items of an answer.
fn numbers(answer: &Value) -> Vec<&str> {
    let items = answer["Items"].as_array().expect("is a list");
    items.iter().map(|it| it["n"]["N"].as_str().expect("is a number")).collect()
}

#[test]
fn items_are_put_got_and_deleted() {
    let stage = Stage::new();
    let item = json!({
        "id": s("p"), "preço": n("1.50"), "bytes": {"B": "AQI="}, "nada": {"NULL": true},
        "tags": {"SS": ["a"]}, "doc": {"M": {"l": {"L": [n(1), {"BOOL": true}]}}},
    });
    let put = json!({"TableName": "Produtos", "Item": item, "ReturnValues": "ALL_OLD"});
    assert_eq!(call(&stage, "PutItem", put.clone()), json!({}));
    let mut stored = item;
    stored["preço"] = n("1.5");
    assert_eq!(call(&stage, "PutItem", put), json!({"Attributes": stored}));
    let key = json!({"TableName": "Produtos", "Key": {"id": s("p")}});
    assert_eq!(call(&stage, "GetItem", key.clone()), json!({"Item": stored}));
    let mut part = key.clone();
    part["ProjectionExpression"] = json!("doc.l[0], #t");
    part["ExpressionAttributeNames"] = json!({"#t": "tags"});
    let expected = json!({"doc": {"M": {"l": {"L": [n(1)]}}}, "tags": {"SS": ["a"]}});
    assert_eq!(call(&stage, "GetItem", part), json!({"Item": expected}));
    let mut delete = key.clone();
    delete["ReturnValues"] = json!("ALL_OLD");
    assert_eq!(call(&stage, "DeleteItem", delete.clone()), json!({"Attributes": stored}));
    assert_eq!(call(&stage, "DeleteItem", delete), json!({}));
    assert_eq!(call(&stage, "GetItem", key), json!({}));
}

#[test]
fn the_table_may_be_named_by_its_arn() {
    let stage = Stage::new();
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Produtos";
    call(&stage, "PutItem", json!({"TableName": arn, "Item": {"id": s("p")}}));
    let got = call(&stage, "GetItem", json!({"TableName": "Produtos", "Key": {"id": s("p")}}));
    assert_eq!(got["Item"]["id"], s("p"));
}

#[test]
fn updates_return_the_attributes_that_are_asked_for() {
    let stage = Stage::new();
    let update = |values: &str| {
        let request = json!({
            "TableName": "Produtos", "Key": {"id": s("p")},
            "UpdateExpression": "ADD q :one SET doc = if_not_exists(doc, :doc)",
            "ExpressionAttributeValues": {":one": n(1), ":doc": {"M": {}}},
            "ReturnValues": values,
        });
        call(&stage, "UpdateItem", request)
    };
    assert_eq!(update("NONE"), json!({}));
    let whole = |q| json!({"Attributes": {"id": s("p"), "q": n(q), "doc": {"M": {}}}});
    let changed = |q| json!({"Attributes": {"q": n(q), "doc": {"M": {}}}});
    assert_eq!(update("ALL_OLD"), whole(1));
    assert_eq!(update("ALL_NEW"), whole(3));
    assert_eq!(update("UPDATED_OLD"), changed(3));
    assert_eq!(update("UPDATED_NEW"), changed(5));
}

#[test]
fn a_condition_that_does_not_hold_changes_nothing_and_may_show_the_item() {
    let stage = Stage::new();
    let item = json!({"id": s("p"), "q": n(1)});
    let mut put = json!({
        "TableName": "Produtos", "Item": item,
        "ConditionExpression": "attribute_not_exists(id)",
    });
    call(&stage, "PutItem", put.clone());
    put["Item"]["q"] = n(2);
    let target = "DynamoDB_20120810.PutItem";
    let reply = stage.json_as(None, target, &put);
    assert_eq!(reply.status, 400);
    let expected =
        ("ConditionalCheckFailedException".to_owned(), "The conditional request failed".to_owned());
    assert_eq!(error_of(&reply.json()), expected);
    assert_eq!(reply.json().get("Item"), None);
    put["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
    assert_eq!(stage.json_as(None, target, &put).json()["Item"], item);
    let take = json!({
        "TableName": "Produtos", "Key": {"id": s("p")}, "UpdateExpression": "SET q = q - :n",
        "ConditionExpression": "q >= :n", "ExpressionAttributeValues": {":n": n(5)},
    });
    assert_eq!(refused(&stage, "UpdateItem", take), expected);
    let delete = json!({
        "TableName": "Produtos", "Key": {"id": s("p")},
        "ConditionExpression": "q = :n", "ExpressionAttributeValues": {":n": n(5)},
    });
    assert_eq!(refused(&stage, "DeleteItem", delete), expected);
    let got = call(&stage, "GetItem", json!({"TableName": "Produtos", "Key": {"id": s("p")}}));
    assert_eq!(got["Item"], item);
}

#[test]
fn a_query_reads_a_partition_in_the_order_of_its_sort_key() {
    let stage = Stage::new();
    fill(&stage, 12);
    call(&stage, "PutItem", json!({"TableName": "Estoque", "Item": {"loja": s("y"), "n": n(1)}}));
    let query = |more: Value| {
        let mut request = json!({
            "TableName": "Estoque", "KeyConditionExpression": "loja = :x",
            "ExpressionAttributeValues": {":x": s("x")},
        });
        for (name, value) in more.as_object().expect("is an object") {
            request[name] = value.clone();
        }
        call(&stage, "Query", request)
    };
    let all = query(json!({}));
    assert_eq!((all["Count"].clone(), all["ScannedCount"].clone()), (json!(12), json!(12)));
    assert_eq!(numbers(&all).join(" "), "1 2 3 4 5 6 7 8 9 10 11 12");
    assert_eq!(all.get("LastEvaluatedKey"), None);
    let last = query(json!({"ScanIndexForward": false, "Limit": 2}));
    assert_eq!(numbers(&last), ["12", "11"]);
    assert_eq!(last["LastEvaluatedKey"], json!({"loja": s("x"), "n": n(11)}));
    let next = query(json!({
        "ScanIndexForward": false, "Limit": 2, "ExclusiveStartKey": last["LastEvaluatedKey"],
    }));
    assert_eq!(numbers(&next), ["10", "9"]);
    let some = query(json!({
        "KeyConditionExpression": "loja = :x AND n BETWEEN :a AND :b",
        "FilterExpression": "par = :t",
        "ExpressionAttributeValues": {":x": s("x"), ":a": n(2), ":b": n(5), ":t": {"BOOL": true}},
        "ProjectionExpression": "n",
    }));
    assert_eq!(some["Items"], json!([{"n": n(2)}, {"n": n(4)}]));
    assert_eq!((some["Count"].clone(), some["ScannedCount"].clone()), (json!(2), json!(4)));
    let count = query(json!({"Select": "COUNT"}));
    assert_eq!(count, json!({"Count": 12, "ScannedCount": 12}));
    // A page that ends at the limit says so even where nothing is left.
    let whole = query(json!({"Limit": 12}));
    assert_eq!(whole["LastEvaluatedKey"]["n"], n(12));
    let nothing = query(json!({"Limit": 12, "ExclusiveStartKey": whole["LastEvaluatedKey"]}));
    assert_eq!(nothing, json!({"Count": 0, "ScannedCount": 0, "Items": []}));
}

#[test]
fn a_page_has_a_megabyte_at_most() {
    let stage = Stage::new();
    let large = "x".repeat(300 * 1024);
    for number in 1..=5 {
        let item = json!({"loja": s("x"), "n": n(number), "v": s(&large)});
        call(&stage, "PutItem", json!({"TableName": "Estoque", "Item": item}));
    }
    let page = call(&stage, "Scan", json!({"TableName": "Estoque"}));
    assert_eq!(numbers(&page), ["1", "2", "3"]);
    let start = &page["LastEvaluatedKey"];
    let rest = json!({"TableName": "Estoque", "ExclusiveStartKey": start});
    assert_eq!(numbers(&call(&stage, "Scan", rest)), ["4", "5"]);
}

#[test]
fn the_segments_of_a_scan_have_every_item_once() {
    let stage = Stage::new();
    for number in 0..20 {
        let item = json!({"id": s(&format!("p{number}"))});
        call(&stage, "PutItem", json!({"TableName": "Produtos", "Item": item}));
    }
    let count = |segment: Value| call(&stage, "Scan", segment)["Count"].as_u64();
    let parts: Vec<_> = (0..3)
        .map(|it| count(json!({"TableName": "Produtos", "Segment": it, "TotalSegments": 3})))
        .collect();
    assert_eq!(parts.iter().flatten().sum::<u64>(), 20);
    assert!(parts.iter().all(|it| *it > Some(0)), "{parts:?}");
    let filtered = json!({
        "TableName": "Produtos", "FilterExpression": "begins_with(id, :p)",
        "ExpressionAttributeValues": {":p": s("p1")},
    });
    assert_eq!(count(filtered), Some(11));
}

#[test]
fn batches_read_and_write_several_items() {
    let stage = Stage::new();
    let put = |id: &str| json!({"PutRequest": {"Item": {"id": s(id), "v": s(id)}}});
    let write = json!({"RequestItems": {"Produtos": [put("a"), put("b"), put("c")]}});
    assert_eq!(call(&stage, "BatchWriteItem", write), json!({"UnprocessedItems": {}}));
    let delete = json!({"DeleteRequest": {"Key": {"id": s("b")}}});
    call(&stage, "BatchWriteItem", json!({"RequestItems": {"Produtos": [delete, put("d")]}}));
    let keys = json!([{"id": s("a")}, {"id": s("b")}, {"id": s("d")}]);
    let read = json!({"RequestItems": {"Produtos": {"Keys": keys, "ProjectionExpression": "v"}}});
    let answer = call(&stage, "BatchGetItem", read);
    assert_eq!(answer["Responses"]["Produtos"], json!([{"v": s("a")}, {"v": s("d")}]));
    assert_eq!(answer["UnprocessedKeys"], json!({}));
}

#[test]
fn a_batch_that_is_too_large_names_what_is_left() {
    let stage = Stage::new();
    let large = "x".repeat(390 * 1024);
    for number in 0..50 {
        let item = json!({"id": s(&format!("{number}")), "v": s(&large)});
        call(&stage, "PutItem", json!({"TableName": "Produtos", "Item": item}));
    }
    let keys: Vec<_> = (0..50).map(|it| json!({"id": s(&format!("{it}"))})).collect();
    let read = json!({"RequestItems": {"Produtos": {"Keys": keys, "ConsistentRead": true}}});
    let answer = call(&stage, "BatchGetItem", read);
    let read = answer["Responses"]["Produtos"].as_array().expect("is a list").len();
    let left = answer["UnprocessedKeys"]["Produtos"]["Keys"].as_array().expect("is a list").len();
    assert_eq!((read, left), (42, 8));
    assert_eq!(answer["UnprocessedKeys"]["Produtos"]["ConsistentRead"], true);
    let rest = json!({"RequestItems": answer["UnprocessedKeys"]});
    let rest = call(&stage, "BatchGetItem", rest);
    assert_eq!(rest["Responses"]["Produtos"].as_array().map(Vec::len), Some(8));
}

#[test]
fn tables_are_described_and_listed() {
    let stage = Stage::new();
    fill(&stage, 3);
    let table = &call(&stage, "DescribeTable", json!({"TableName": "Estoque"}))["Table"];
    assert_eq!(table["TableStatus"], "ACTIVE");
    assert_eq!(table["ItemCount"], 3);
    let keys = json!([
        {"AttributeName": "loja", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"},
    ]);
    assert_eq!(table["KeySchema"], keys);
    let names = call(&stage, "ListTables", json!({"Limit": 1}));
    let expected = json!({"TableNames": ["Estoque"], "LastEvaluatedTableName": "Estoque"});
    assert_eq!(names, expected);
    let names = call(&stage, "ListTables", json!({"ExclusiveStartTableName": "Estoque"}));
    assert_eq!(names, json!({"TableNames": ["Produtos"]}));
}

#[test]
fn what_dynamodb_does_not_take_is_refused_with_its_words() {
    let stage = Stage::new();
    let in_produtos = |more: Value| {
        let mut request = json!({"TableName": "Produtos"});
        for (name, value) in more.as_object().expect("is an object") {
            request[name] = value.clone();
        }
        request
    };
    let large = "x".repeat(400 * 1024);
    let long = "x".repeat(2049);
    let key = json!({"id": s("p")});
    let keys: Vec<_> = (0..101).map(|it| json!({"id": s(&it.to_string())})).collect();
    let puts: Vec<_> = keys.iter().take(26).map(|it| json!({"PutRequest": {"Item": it}})).collect();
    let put = |item: Value| ("PutItem", in_produtos(json!({"Item": item})));
    let update = |expression: &str| {
        ("UpdateItem", in_produtos(json!({"Key": key, "UpdateExpression": expression})))
    };
    let cases = [
        (
            put(json!({})),
            "One or more parameter values were invalid: Missing the key id in the item",
        ),
        (put(json!({"id": n(1)})), "Type mismatch for key id expected: S actual: N"),
        (put(json!({"id": s("")})), "cannot contain an empty string value. Key: id"),
        (
            put(json!({"id": s(&long)})),
            "Size of hashkey has exceeded the maximum size limit of 2048 bytes",
        ),
        (
            put(json!({"id": s("p"), "v": s(&large)})),
            "Item size has exceeded the maximum allowed size",
        ),
        (put(json!({"id": s("p"), "v": n("1e200")})), "Number overflow"),
        (put(json!({"id": s("p"), "v": {"SS": []}})), "may not be empty"),
        (put(json!({"id": {}})), "must contain exactly one of the supported datatypes"),
        (put(json!({"id": {"X": "p"}})), "must contain exactly one of the supported datatypes"),
        (("PutItem", json!({"Item": key})), "Value null at 'tableName'"),
        (("PutItem", in_produtos(json!({}))), "Value null at 'item'"),
        (
            ("PutItem", in_produtos(json!({"Item": key, "ReturnValues": "ALL_NEW"}))),
            "Return values set to invalid value",
        ),
        (
            ("PutItem", in_produtos(json!({"Item": key, "ReturnValues": "SOME"}))),
            "Value 'SOME' at 'returnValues'",
        ),
        (
            ("PutItem", in_produtos(json!({"Item": key, "Expected": {}}))),
            "legacy parameter Expected; write ConditionExpression instead",
        ),
        (
            ("GetItem", in_produtos(json!({"Key": {}}))),
            "The number of conditions on the keys is invalid",
        ),
        (
            ("GetItem", in_produtos(json!({"Key": {"x": s("p")}}))),
            "The provided key element does not match the schema",
        ),
        (
            ("GetItem", in_produtos(json!({"Key": {"id": n(1)}}))),
            "The provided key element does not match the schema",
        ),
        (
            ("GetItem", in_produtos(json!({"Key": key, "ExpressionAttributeNames": {"#a": "b"}}))),
            "can only be specified when using expressions",
        ),
        (update("SET id = id"), "Cannot update attribute id. This attribute is part of the key"),
        (update("SET q = :x"), "attribute value: :x"),
        (update("SET q = q"), "refers to an attribute that does not exist in the item"),
        (("Query", in_produtos(json!({}))), "KeyConditionExpression parameter must be specified"),
        (
            ("Query", in_produtos(json!({"KeyConditionExpression": "id = :x", "IndexName": "i"}))),
            "does not have the specified index: i",
        ),
        (
            (
                "Query",
                in_produtos(
                    json!({"KeyConditionExpression": "id = :x", "FilterExpression": "id <> :y", "ExpressionAttributeValues": {":x": s("a"), ":y": s("b")}}),
                ),
            ),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: id",
        ),
        (
            (
                "Query",
                in_produtos(
                    json!({"KeyConditionExpression": "id = :x", "ExclusiveStartKey": {"id": s("b")}, "ExpressionAttributeValues": {":x": s("a")}}),
                ),
            ),
            "outside query boundaries",
        ),
        (("Scan", in_produtos(json!({"Limit": 0}))), "Value '0' at 'limit'"),
        (("Scan", in_produtos(json!({"Segment": 1}))), "TotalSegments parameter is required"),
        (
            ("Scan", in_produtos(json!({"Segment": 2, "TotalSegments": 2}))),
            "must be less than parameter TotalSegments",
        ),
        (
            ("Scan", in_produtos(json!({"ExclusiveStartKey": {"x": s("b")}}))),
            "The provided starting key is invalid",
        ),
        (
            ("Scan", in_produtos(json!({"Select": "SPECIFIC_ATTRIBUTES"}))),
            "Must specify the AttributesToGet or ProjectionExpression",
        ),
        (("BatchGetItem", json!({"RequestItems": {}})), "at 'requestItems'"),
        (
            ("BatchGetItem", json!({"RequestItems": {"Produtos": {"Keys": keys}}})),
            "Too many items requested for the BatchGetItem call",
        ),
        (
            ("BatchGetItem", json!({"RequestItems": {"Produtos": {"Keys": [key, key]}}})),
            "Provided list of item keys contains duplicates",
        ),
        (
            ("BatchWriteItem", json!({"RequestItems": {"Produtos": puts}})),
            "Too many items requested for the BatchWriteItem call",
        ),
        (
            (
                "BatchWriteItem",
                json!({"RequestItems": {"Produtos": [{"PutRequest": {"Item": key}}, {"DeleteRequest": {"Key": key}}]}}),
            ),
            "Provided list of item keys contains duplicates",
        ),
        (
            ("BatchWriteItem", json!({"RequestItems": {"Produtos": [{}]}})),
            "exactly one of PutRequest and DeleteRequest",
        ),
    ];
    for ((operation, request), expected) in cases {
        let (code, message) = refused(&stage, operation, request);
        assert_eq!(code, "ValidationException", "{operation}: {message}");
        assert!(message.contains(expected), "{operation}: {message}");
    }
    for operation in
        ["PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable"]
    {
        let (code, message) = refused(&stage, operation, json!({"TableName": "Outra"}));
        assert_eq!(code, "ResourceNotFoundException", "{operation}");
        assert!(message.starts_with("Requested resource not found"), "{message}");
    }
}

#[test]
fn an_update_may_not_make_an_item_too_large() {
    let stage = Stage::new();
    let half = s(&"x".repeat(210 * 1024));
    let update = |name: &str| {
        json!({
            "TableName": "Produtos", "Key": {"id": s("p")},
            "UpdateExpression": format!("SET {name} = :v"),
            "ExpressionAttributeValues": {":v": half},
        })
    };
    call(&stage, "UpdateItem", update("a"));
    let (_, message) = refused(&stage, "UpdateItem", update("b"));
    assert_eq!(message, "Item size to update has exceeded the maximum allowed size");
}

#[test]
fn writers_at_the_same_time_lose_no_update() {
    let stage = Stage::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let add = json!({
                        "TableName": "Produtos", "Key": {"id": s("p")},
                        "UpdateExpression": "ADD q :one",
                        "ExpressionAttributeValues": {":one": n(1)},
                    });
                    call(&stage, "UpdateItem", add);
                }
            });
        }
    });
    let got = call(&stage, "GetItem", json!({"TableName": "Produtos", "Key": {"id": s("p")}}));
    assert_eq!(got["Item"]["q"], n(100));
}
