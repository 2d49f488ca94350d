//! Several items in a call, each by itself.

use std::collections::BTreeMap;

use esteira::__private::size;
use serde::Deserialize;
use serde_dynamo::Item;
use serde_json::{Map, Value, json};

use super::{
    items::{Attributes, Read, projection, read},
    table::Table,
    value, with_items,
};
use crate::endpoint::{
    call::Call,
    failure::{Failure, Outcome, required},
};

/// The most keys that are read, and the most items that are written, in a call; and the most bytes
/// of an answer.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const READS: usize = 100;
const WRITES: usize = 25;
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchGet {
    request_items: Option<BTreeMap<String, Keys>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    #[serde(default)]
    keys: Vec<Item>,
    projection_expression: Option<String>,
    #[serde(flatten)]
    attributes: Attributes,
    /// Everything else that a repetition needs.
    consistent_read: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchWrite {
    request_items: Option<BTreeMap<String, Vec<WriteEntry>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WriteEntry {
    put_request: Option<Put>,
    delete_request: Option<Delete>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    item: Item,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    key: Item,
}

/// Reads items until the answer is full; what is left is named in it.
pub(super) fn get(call: &Call<'_>, request: BatchGet) -> Outcome<Value> {
    let tables = required(request.request_items, "RequestItems")?;
    let count: usize = tables.values().map(|it| it.keys.len()).sum();
    if count == 0 {
        return Err(empty());
    }
    if count > READS {
        return Err(Failure::validation(format!(
            "Too many items requested for the BatchGetItem call: {count}, and {READS} at most"
        )));
    }
    let mut reads = Vec::new();
    let mut again = BTreeMap::new();
    for (name, request) in tables {
        let table = Table::open(call, Some(&name), "BatchGetItem")?;
        let names = request.attributes.names();
        let mut rest = json!({"Keys": []});
        for (field, value) in [
            ("ProjectionExpression", json!(request.projection_expression)),
            ("ExpressionAttributeNames", names),
            ("ConsistentRead", json!(request.consistent_read)),
        ] {
            if !value.is_null() {
                rest[field] = value;
            }
        }
        again.insert(name.clone(), rest);
        let projection = projection(request.projection_expression, request.attributes)?;
        let mut seen: Vec<Item> = Vec::new();
        for mut key in request.keys {
            table.accept_key(&mut key)?;
            once(&mut seen, &key)?;
            let projection = projection.clone();
            reads.push((name.clone(), Read { table: table.clone(), key, projection }));
        }
    }
    let mut responses: BTreeMap<_, Vec<Item>> =
        again.keys().map(|name| (name.clone(), Vec::new())).collect();
    let mut left: Map<String, Value> = Map::new();
    with_items(call, |items| {
        let mut bytes = 0;
        for (name, request) in &reads {
            let item = read(items, request);
            bytes += item.as_ref().map_or(0, size::of_item);
            if bytes > ANSWER_BYTES {
                let rest = left
                    .entry(name.as_str())
                    .or_insert_with(|| again.get(name).cloned().unwrap_or_default());
                if let Some(keys) = rest["Keys"].as_array_mut() {
                    keys.push(json!(request.key));
                }
            } else if let (Some(item), Some(response)) = (item, responses.get_mut(name)) {
                response.push(item);
            }
        }
    })?;
    Ok(json!({"Responses": responses, "UnprocessedKeys": left}))
}

/// Writes items. All of them are checked first, so that a call that is wrong writes nothing.
pub(super) fn write(call: &Call<'_>, request: BatchWrite) -> Outcome<Value> {
    let tables = required(request.request_items, "RequestItems")?;
    let count: usize = tables.values().map(Vec::len).sum();
    if count == 0 {
        return Err(empty());
    }
    if count > WRITES {
        return Err(Failure::validation(format!(
            "Too many items requested for the BatchWriteItem call: {count}, and {WRITES} at most"
        )));
    }
    let mut writes = Vec::new();
    for (name, entries) in tables {
        let table = Table::open(call, Some(&name), "BatchWriteItem")?;
        let mut seen = Vec::new();
        for entry in entries {
            let (key, item) = match (entry.put_request, entry.delete_request) {
                (Some(Put { mut item }), None) => {
                    table.accept(&mut item)?;
                    (table.schema.key_of(&item), Some(item))
                }
                (None, Some(Delete { mut key })) => {
                    table.accept_key(&mut key)?;
                    (key, None)
                }
                _ => {
                    return Err(Failure::validation(
                        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of PutRequest and DeleteRequest",
                    ));
                }
            };
            once(&mut seen, &key)?;
            writes.push((table.name.clone(), key, item));
        }
    }
    with_items(call, |items| {
        for (table, key, item) in writes {
            match item {
                Some(item) => items.put(&table, item),
                None => items.remove(&table, &key),
            }
        }
    })?;
    Ok(json!({"UnprocessedItems": {}}))
}

fn empty() -> Failure {
    Failure::validation(
        "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
}

/// Fails if a key was there before.
fn once(seen: &mut Vec<Item>, key: &Item) -> Outcome<()> {
    if seen.iter().any(|other| same_key(other, key)) {
        return Err(Failure::validation("Provided list of item keys contains duplicates"));
    }
    seen.push(key.clone());
    Ok(())
}

/// Whether two keys are those of one item.
pub(super) fn same_key(a: &Item, b: &Item) -> bool {
    a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| value::equal(a, b)))
}
