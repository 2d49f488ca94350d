//! DynamoDB: items.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    backend::Items,
    call::Call,
    failure::{Failure, Outcome},
    json,
};

mod batch;
mod describe;
mod expression;
mod items;
mod page;
mod query;
mod scan;
mod table;
mod tokens;
mod transact;
mod value;
mod write;

pub(super) use tokens::Tokens;

const OPERATIONS: &[&str] = &[
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "DescribeTable",
    "GetItem",
    "ListTables",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
];

/// Parameters that expressions replaced.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html>
const LEGACY: &[(&str, &str)] = &[
    ("AttributesToGet", "ProjectionExpression"),
    ("AttributeUpdates", "UpdateExpression"),
    ("ConditionalOperator", "AND and OR in an expression"),
    ("Expected", "ConditionExpression"),
    ("KeyConditions", "KeyConditionExpression"),
    ("QueryFilter", "FilterExpression"),
    ("ScanFilter", "FilterExpression"),
];

/// Answers a call.
pub(super) fn answer(call: &Call<'_>, operation: &str, body: &[u8]) -> Outcome<Value> {
    match operation {
        "PutItem" => items::put(call, parameters(body)?),
        "GetItem" => items::get(call, parameters(body)?),
        "UpdateItem" => items::update(call, parameters(body)?),
        "DeleteItem" => items::delete(call, parameters(body)?),
        "Query" => query::query(call, parameters(body)?),
        "Scan" => scan::scan(call, parameters(body)?),
        "BatchGetItem" => batch::get(call, parameters(body)?),
        "BatchWriteItem" => batch::write(call, parameters(body)?),
        "TransactWriteItems" => transact::write(call, parameters(body)?, body),
        "TransactGetItems" => transact::get(call, parameters(body)?),
        "DescribeTable" => describe::table(call, parameters(body)?),
        "ListTables" => describe::list(call, parameters(body)?),
        other => Err(Failure::unknown("DynamoDB", other, OPERATIONS)),
    }
}

/// Reads the parameters of a call.
fn parameters<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    let given: Map<String, Value> = json::parameters(body)?;
    if let Some((name, instead)) = LEGACY.iter().find(|(name, _)| given.contains_key(*name)) {
        return Err(Failure::validation(format!(
            "the local endpoint does not serve the legacy parameter {name}; write {instead} instead"
        )));
    }
    json::parameters(body).map_err(|failure| {
        // What is not one value of one type is no error of form to DynamoDB.
        let no_value = ["Expected exactly one key", "is not a known DynamoDB prefix"];
        if no_value.iter().any(|it| failure.message.contains(it)) {
            Failure::validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        } else {
            failure
        }
    })
}

/// Works on the items of all tables while nothing else touches them.
fn with_items<R>(call: &Call<'_>, work: impl FnOnce(&mut dyn Items) -> R) -> Outcome<R> {
    let mut work = Some(work);
    let mut result = None;
    call.backend.with_items(&mut |items| {
        if let Some(work) = work.take() {
            result = Some(work(items));
        }
    });
    result.ok_or_else(|| {
        Failure::new("InternalServerError", "the tables did not carry out the work").status(500)
    })
}
