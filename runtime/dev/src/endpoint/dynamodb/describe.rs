//! The tables themselves.

use std::ops::ControlFlow;

use esteira::__private::size;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    table::{Table, arn, kind},
    with_items,
};
use crate::endpoint::{
    backend::Range,
    call::Call,
    failure::{Failure, Outcome},
};

/// The most names of an answer.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html>
const NAMES: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeTable {
    table_name: Option<String>,
}

pub(super) fn table(call: &Call<'_>, request: DescribeTable) -> Outcome<Value> {
    let name = request.table_name.as_deref();
    let table = Table::open(call, name, "DescribeTable").map_err(|failure| {
        match (failure.code.as_str(), name) {
            ("ResourceNotFoundException", Some(name)) => {
                Failure::not_found(format!("Requested resource not found: Table: {name} not found"))
            }
            _ => failure,
        }
    })?;
    let (mut count, mut bytes) = (0, 0);
    with_items(call, |items| {
        let all = Range { partition: None, after: None, descending: false };
        items.visit(&table.name, &all, &mut |item| {
            count += 1;
            bytes += size::of_item(item);
            ControlFlow::Continue(())
        });
    })?;
    let attributes: Vec<_> = table
        .schema
        .parts()
        .map(|part| json!({"AttributeName": part.name, "AttributeType": kind(part)}))
        .collect();
    let keys: Vec<_> = table
        .schema
        .parts()
        .zip(["HASH", "RANGE"])
        .map(|(part, role)| json!({"AttributeName": part.name, "KeyType": role}))
        .collect();
    Ok(json!({"Table": {
        "TableName": table.name,
        "TableArn": arn(call, &table.name),
        "TableStatus": "ACTIVE",
        "CreationDateTime": 0,
        "AttributeDefinitions": attributes,
        "KeySchema": keys,
        "ItemCount": count,
        "TableSizeBytes": bytes,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": 0,
            "WriteCapacityUnits": 0,
        },
    }}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListTables {
    exclusive_start_table_name: Option<String>,
    limit: Option<usize>,
}

pub(super) fn list(call: &Call<'_>, request: ListTables) -> Outcome<Value> {
    call.authorize("dynamodb:ListTables", "*")?;
    let mut names = call.backend.tables();
    names.sort();
    if let Some(start) = request.exclusive_start_table_name {
        names.retain(|name| *name > start);
    }
    let limit = request.limit.unwrap_or(NAMES).clamp(1, NAMES);
    let more = names.len() > limit;
    names.truncate(limit);
    let mut answer = json!({"TableNames": names});
    if let Some(last) = names.last().filter(|_| more) {
        answer["LastEvaluatedTableName"] = json!(last);
    }
    Ok(answer)
}
