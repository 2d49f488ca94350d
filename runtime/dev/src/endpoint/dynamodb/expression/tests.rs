//! The expression language as tables of cases: an expression, and what becomes of one item.

use std::collections::HashMap;

use serde_dynamo::{AttributeValue, Item};
use serde_json::{Value, json};

use super::{
    Placeholders, condition::Condition, key::KeyCondition, projection::Projection, update::Update,
};
use crate::endpoint::{
    backend::{KeyPart, KeySchema, KeyType},
    failure::Outcome,
};

mod conditions;
mod errors;
mod keys;
mod properties;
mod updates;

/// The item of all cases.
fn item() -> Item {
    read(json!({
        "id": {"S": "p1"},
        "n": {"N": "10"},
        "price": {"N": "0.1"},
        "word": {"S": "Olinda"},
        "flag": {"BOOL": true},
        "nil": {"NULL": true},
        "octets": {"B": "AQID"},
        "tags": {"SS": ["a", "b"]},
        "nums": {"NS": ["1", "2.5"]},
        "steps": {"L": [{"N": "1"}, {"S": "x"}, {"M": {"deep": {"S": "y"}}}]},
        "doc": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "d"}}}}},
        "status": {"S": "aberto"},
    }))
}

fn read(value: Value) -> Item {
    serde_json::from_value(value).expect("is an item")
}

/// What all cases refer to; those that are used by none of an expression are not looked at.
fn placeholders() -> Placeholders {
    let names = [("#status", "status"), ("#n", "n"), ("#map", "doc"), ("#dot", "a.b"), ("#a", "a")];
    let values = json!({
        ":zero": {"N": "0"},
        ":one": {"N": "1"},
        ":two": {"N": "2"},
        ":ten": {"N": "10.0"},
        ":price": {"N": "0.2"},
        ":long": {"N": "99999999999999999999999999999999999999"},
        ":text": {"S": "Olinda"},
        ":o": {"S": "O"},
        ":lin": {"S": "lin"},
        ":z": {"S": "z"},
        ":empty": {"S": ""},
        ":a": {"S": "a"},
        ":S": {"S": "S"},
        ":N": {"S": "N"},
        ":L": {"S": "L"},
        ":bad": {"S": "TEXT"},
        ":true": {"BOOL": true},
        ":null": {"NULL": true},
        ":byte": {"B": "AQ=="},
        ":bytes": {"B": "AQID"},
        ":tags": {"SS": ["b", "a"]},
        ":more": {"SS": ["b", "c"]},
        ":ns": {"NS": ["2.50", "7"]},
        ":list": {"L": [{"N": "1.0"}, {"S": "x"}, {"M": {"deep": {"S": "y"}}}]},
        ":items": {"L": [{"S": "new"}]},
        ":map": {"M": {"q": {"N": "5"}}},
    });
    let names = names.map(|(name, stands_for)| (name.to_owned(), stands_for.to_owned()));
    let values: HashMap<String, AttributeValue> =
        serde_json::from_value(values).expect("are values");
    Placeholders::new(Some(names.into()), Some(values), true).expect("are placeholders")
}

fn condition(text: &str) -> Outcome<Condition> {
    Condition::read("ConditionExpression", text, &placeholders())
}

fn update(text: &str) -> Outcome<Update> {
    Update::read(text, &placeholders())
}

fn projection(text: &str) -> Outcome<Projection> {
    Projection::read(text, &placeholders())
}

fn key_condition(text: &str) -> Outcome<KeyCondition> {
    KeyCondition::read(text, &placeholders(), &schema())
}

/// The key of the item's table.
fn schema() -> KeySchema {
    let part = |name: &str, kind| KeyPart { name: name.into(), kind };
    KeySchema { partition: part("id", KeyType::Text), sort: Some(part("n", KeyType::Number)) }
}
