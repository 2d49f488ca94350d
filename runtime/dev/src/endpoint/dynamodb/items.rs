//! One item.

use std::collections::HashMap;

use serde::Deserialize;
use serde_dynamo::{AttributeValue, Item};
use serde_json::{Value, json};

use super::{
    expression::{Placeholders, condition::Condition, projection::Projection, update::Update},
    table::Table,
    with_items,
    write::{Change, Write, check_update},
};
use crate::endpoint::{
    call::Call,
    failure::{Failure, Outcome, required},
};

/// What the placeholders of expressions stand for.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attributes {
    expression_attribute_names: Option<HashMap<String, String>>,
    expression_attribute_values: Option<HashMap<String, AttributeValue>>,
}

impl Attributes {
    /// The names as they were given.
    pub(super) fn names(&self) -> Value {
        json!(self.expression_attribute_names)
    }

    /// To read expressions with; `any` says whether there are some.
    pub(super) fn placeholders(self, any: bool) -> Outcome<Placeholders> {
        Placeholders::new(self.expression_attribute_names, self.expression_attribute_values, any)
    }
}

/// The parameters that every write has, also in a transaction.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WriteRequest {
    table_name: Option<String>,
    item: Option<Item>,
    key: Option<Item>,
    update_expression: Option<String>,
    condition_expression: Option<String>,
    #[serde(flatten)]
    attributes: Attributes,
    return_values: Option<String>,
    return_values_on_condition_check_failure: Option<String>,
}

/// Which write it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Put,
    Update,
    Delete,
    Check,
}

impl WriteRequest {
    /// Fails without an expression, which an update in a transaction needs.
    pub(super) fn check_has_update(&self) -> Outcome<()> {
        required(self.update_expression.as_ref(), "UpdateExpression").map(|_| ())
    }

    /// Checks everything that can be checked without the item.
    pub(super) fn check(self, call: &Call<'_>, kind: Kind) -> Outcome<Write> {
        let action = match kind {
            Kind::Put => "PutItem",
            Kind::Update => "UpdateItem",
            Kind::Delete => "DeleteItem",
            Kind::Check => "ConditionCheckItem",
        };
        let table = Table::open(call, self.table_name.as_deref(), action)?;
        let show_existing = match self.return_values_on_condition_check_failure.as_deref() {
            None | Some("NONE") => false,
            Some("ALL_OLD") => true,
            Some(other) => {
                return Err(not_among(
                    "returnValuesOnConditionCheckFailure",
                    other,
                    "[ALL_OLD, NONE]",
                ));
            }
        };
        let any = self.condition_expression.is_some() || self.update_expression.is_some();
        let placeholders = self.attributes.placeholders(any)?;
        let update = match self.update_expression {
            Some(text) if kind == Kind::Update => Update::read(&text, &placeholders)?,
            _ => Update::default(),
        };
        let condition = self
            .condition_expression
            .map(|text| Condition::read("ConditionExpression", &text, &placeholders));
        let condition = condition.transpose()?;
        placeholders.finish()?;
        let (key, change) = match kind {
            Kind::Put => {
                let mut item = required(self.item, "Item")?;
                table.accept(&mut item)?;
                (table.schema.key_of(&item), Change::Put(item))
            }
            Kind::Update | Kind::Delete | Kind::Check => {
                let mut key = required(self.key, "Key")?;
                table.accept_key(&mut key)?;
                let change = match kind {
                    Kind::Update => {
                        check_update(&table, &update)?;
                        Change::Update(update)
                    }
                    Kind::Delete => Change::Delete,
                    _ => Change::Check,
                };
                (key, change)
            }
        };
        if kind == Kind::Check {
            required(condition.as_ref(), "ConditionExpression")?;
        }
        Ok(Write { table, key, change, condition, show_existing })
    }
}

fn not_among(member: &str, value: &str, set: &str) -> Failure {
    Failure::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: {set}"
    ))
}

/// Which attributes an answer has.
fn wanted(request: &WriteRequest) -> Outcome<String> {
    const ALL: [&str; 5] = ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"];
    let wanted = request.return_values.as_deref().unwrap_or("NONE");
    if ALL.contains(&wanted) {
        Ok(wanted.to_owned())
    } else {
        Err(not_among("returnValues", wanted, "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"))
    }
}

fn with_attributes(item: Option<Item>) -> Value {
    match item {
        Some(item) if !item.is_empty() => json!({"Attributes": item}),
        _ => json!({}),
    }
}

pub(super) fn put(call: &Call<'_>, request: WriteRequest) -> Outcome<Value> {
    replace(call, request, Kind::Put)
}

pub(super) fn delete(call: &Call<'_>, request: WriteRequest) -> Outcome<Value> {
    replace(call, request, Kind::Delete)
}

fn replace(call: &Call<'_>, request: WriteRequest, kind: Kind) -> Outcome<Value> {
    let show = match wanted(&request)?.as_str() {
        "NONE" => false,
        "ALL_OLD" => true,
        _ => return Err(Failure::validation("Return values set to invalid value")),
    };
    let write = request.check(call, kind)?;
    let outcomes = with_items(call, |items| write.carry_out(items))??;
    Ok(with_attributes(outcomes.before.filter(|_| show)))
}

pub(super) fn update(call: &Call<'_>, request: WriteRequest) -> Outcome<Value> {
    let wanted = wanted(&request)?;
    let write = request.check(call, Kind::Update)?;
    let outcomes = with_items(call, |items| write.carry_out(items))??;
    let updated = |item: Option<Item>| {
        let Change::Update(update) = &write.change else { return item };
        let changed = Projection::of_paths(update.paths().cloned().collect());
        item.map(|item| changed.of(&item))
    };
    Ok(with_attributes(match wanted.as_str() {
        "ALL_OLD" => outcomes.before,
        "ALL_NEW" => outcomes.after,
        "UPDATED_OLD" => updated(outcomes.before),
        "UPDATED_NEW" => updated(outcomes.after),
        _ => None,
    }))
}

/// The parameters of a read of one item, also in a transaction.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetRequest {
    table_name: Option<String>,
    key: Option<Item>,
    projection_expression: Option<String>,
    #[serde(flatten)]
    attributes: Attributes,
}

/// A read of an item.
pub(super) struct Read {
    pub(super) table: Table,
    pub(super) key: Item,
    pub(super) projection: Option<Projection>,
}

impl GetRequest {
    pub(super) fn check(self, call: &Call<'_>) -> Outcome<Read> {
        let table = Table::open(call, self.table_name.as_deref(), "GetItem")?;
        let projection = projection(self.projection_expression, self.attributes)?;
        let mut key = required(self.key, "Key")?;
        table.accept_key(&mut key)?;
        Ok(Read { table, key, projection })
    }
}

/// The projection of a request that has no other expressions.
pub(super) fn projection(
    text: Option<String>,
    attributes: Attributes,
) -> Outcome<Option<Projection>> {
    let placeholders = attributes.placeholders(text.is_some())?;
    let projection = text.map(|text| Projection::read(&text, &placeholders)).transpose()?;
    placeholders.finish()?;
    Ok(projection)
}

/// The item with a key, or the parts of it that are asked for.
pub(super) fn read(items: &dyn crate::endpoint::backend::Items, read: &Read) -> Option<Item> {
    let item = items.get(&read.table.name, &read.key)?;
    Some(match &read.projection {
        Some(projection) => projection.of(&item),
        None => item,
    })
}

pub(super) fn get(call: &Call<'_>, request: GetRequest) -> Outcome<Value> {
    let request = request.check(call)?;
    let item = with_items(call, |items| read(items, &request))?;
    Ok(match item {
        Some(item) => json!({"Item": item}),
        None => json!({}),
    })
}
