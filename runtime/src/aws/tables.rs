//! DynamoDB.

use std::{collections::HashMap, future::ready};

use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeValue, CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update,
    },
};
use serde_dynamo::Item;

use super::{
    config::{Config, client},
    elsewhere,
    error::translate,
};
use crate::{
    call::{Call, CallError, Existing, ItemCall, ItemOperation, Port, QueryCall, Reply},
    clock::BoxFuture,
    table::{expression::Assignment, render::Expressions},
};

/// The client of DynamoDB.
pub(crate) struct Tables(Client);

/// A failed condition brings along the item that is there: it tells a duplicate from a missing
/// item without another read.
const ALL_OLD: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

type Attributes = HashMap<String, AttributeValue>;

/// A write, in the parts that a single call and a transaction have in common.
struct Write {
    table: String,
    key: Attributes,
    condition: Option<String>,
    update: Option<String>,
    names: Option<HashMap<String, String>>,
    values: Option<Attributes>,
}

impl Write {
    fn new(call: &ItemCall, assignments: &[Assignment]) -> Result<Self, CallError> {
        let mut expressions = Expressions::default();
        let condition = call
            .condition
            .as_ref()
            .map(|condition| expressions.condition(condition))
            .transpose()?;
        let update = expressions.assignments(assignments)?;
        Ok(Self {
            table: call.table.name.to_string(),
            key: call.key.clone().into(),
            condition,
            update,
            names: expressions.names(),
            values: values(expressions),
        })
    }
}

fn values(expressions: Expressions) -> Option<Attributes> {
    let values = expressions.values()?;
    Some(values.into_iter().map(|(name, value)| (name, value.into())).collect())
}

/// Sets on a builder what all writes have in common.
macro_rules! write {
    ($builder:expr, $write:expr) => {
        $builder
            .table_name($write.table)
            .set_condition_expression($write.condition)
            .set_expression_attribute_names($write.names)
            .set_expression_attribute_values($write.values)
            .return_values_on_condition_check_failure(ALL_OLD)
    };
}

/// Sends a write and tells a failed condition from other failures.
macro_rules! send {
    ($request:expr) => {
        match $request.send().await {
            Ok(_) => Ok(Reply::Done),
            Err(error) => Err(match error.as_service_error() {
                Some(e) if e.is_conditional_check_failed_exception() => condition_failed(e),
                _ => translate(&error),
            }),
        }
    };
}

/// The item that a failed condition brings along.
trait FailedItem {
    fn failed_item(&self) -> Option<&Attributes>;
}

macro_rules! failed_items {
    ($($operation:ident::$error:ident),+) => {$(
        impl FailedItem for aws_sdk_dynamodb::operation::$operation::$error {
            fn failed_item(&self) -> Option<&Attributes> {
                match self {
                    Self::ConditionalCheckFailedException(failed) => failed.item(),
                    _ => None,
                }
            }
        }
    )+};
}

failed_items!(put_item::PutItemError, update_item::UpdateItemError, delete_item::DeleteItemError);

fn condition_failed(error: &impl FailedItem) -> CallError {
    CallError::ConditionFailed {
        existing: error.failed_item().map(|item| Existing(Item::from(item.clone()))),
    }
}

impl Tables {
    pub(super) fn new(config: &Config) -> Self {
        Self(client!(aws_sdk_dynamodb, "DYNAMODB", config))
    }

    async fn get(&self, call: ItemCall) -> Result<Reply, CallError> {
        let ItemOperation::Get { consistent } = call.operation else { return Err(elsewhere()) };
        let answer = self
            .0
            .get_item()
            .table_name(&*call.table.name)
            .set_key(Some(call.key.into()))
            .consistent_read(consistent)
            .send()
            .await
            .map_err(|error| translate(&error))?;
        Ok(Reply::Item(answer.item.map(Item::from)))
    }

    async fn put(&self, call: ItemCall) -> Result<Reply, CallError> {
        let ItemOperation::Put { item } = &call.operation else { return Err(elsewhere()) };
        let write = Write::new(&call, &[])?;
        let item: Attributes = item.clone().into();
        send!(write!(self.0.put_item(), write).set_item(Some(item)))
    }

    async fn update(&self, call: ItemCall) -> Result<Reply, CallError> {
        let ItemOperation::Update { assignments } = &call.operation else {
            return Err(elsewhere());
        };
        let write = Write::new(&call, assignments)?;
        let (key, update) = (write.key, write.update);
        send!(write!(self.0.update_item(), write).set_key(Some(key)).set_update_expression(update))
    }

    async fn delete(&self, call: ItemCall) -> Result<Reply, CallError> {
        let write = Write::new(&call, &[])?;
        let key = write.key;
        send!(write!(self.0.delete_item(), write).set_key(Some(key)))
    }

    async fn query(&self, call: QueryCall) -> Result<Reply, CallError> {
        let mut expressions = Expressions::default();
        let (name, value) = call.partition;
        let mut condition = format!("{} = {}", expressions.name(name), expressions.value(value));
        if let (Some(name), Some(prefix)) = (call.sort_key, call.prefix) {
            let name = expressions.name(name);
            let prefix = expressions.value(serde_dynamo::AttributeValue::S(prefix));
            condition.push_str(&format!(" AND begins_with({name}, {prefix})"));
        }
        let answer = self
            .0
            .query()
            .table_name(&*call.table.name)
            .key_condition_expression(condition)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(values(expressions))
            .consistent_read(call.consistent)
            .scan_index_forward(!call.descending)
            .set_limit(call.limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)))
            .set_exclusive_start_key(call.start.map(Into::into))
            .send()
            .await
            .map_err(|error| translate(&error))?;
        let items = answer.items.unwrap_or_default().into_iter().map(Item::from).collect();
        Ok(Reply::Items(items, answer.last_evaluated_key.map(Item::from)))
    }

    async fn transact(&self, items: Vec<ItemCall>, token: String) -> Result<Reply, CallError> {
        let writes = items.iter().map(transaction_item).collect::<Result<Vec<_>, _>>()?;
        let sent = self
            .0
            .transact_write_items()
            .set_transact_items(Some(writes))
            .client_request_token(token)
            .send()
            .await;
        let Err(error) = sent else { return Ok(Reply::Done) };
        use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError as E;
        match error.as_service_error() {
            Some(E::TransactionCanceledException(cancelled)) => Err(CallError::Cancelled(
                cancelled.cancellation_reasons().iter().map(reason).collect(),
            )),
            _ => Err(translate(&error)),
        }
    }
}

fn transaction_item(call: &ItemCall) -> Result<TransactWriteItem, CallError> {
    let incomplete = |error: aws_smithy_types::error::operation::BuildError| {
        CallError::Invalid(error.to_string())
    };
    let item = TransactWriteItem::builder();
    let item = match &call.operation {
        ItemOperation::Get { .. } => {
            return Err(CallError::Invalid("a transaction of writes cannot read".into()));
        }
        ItemOperation::Put { item: new } => {
            let write = Write::new(call, &[])?;
            let put = write!(Put::builder(), write).set_item(Some(new.clone().into()));
            item.put(put.build().map_err(incomplete)?)
        }
        ItemOperation::Update { assignments } => {
            let write = Write::new(call, assignments)?;
            let (key, update) = (write.key, write.update);
            let update =
                write!(Update::builder(), write).set_key(Some(key)).set_update_expression(update);
            item.update(update.build().map_err(incomplete)?)
        }
        ItemOperation::Delete => {
            let write = Write::new(call, &[])?;
            let key = write.key;
            let delete = write!(Delete::builder(), write).set_key(Some(key));
            item.delete(delete.build().map_err(incomplete)?)
        }
    };
    Ok(item.build())
}

fn reason(reason: &CancellationReason) -> Option<CallError> {
    let existing = reason.item().map(|item| Existing(Item::from(item.clone())));
    CallError::by_reason(reason.code(), reason.message(), existing)
}

impl Port for Tables {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        match call {
            Call::Item(_, carrier) | Call::Query(_, carrier) | Call::Transact { carrier, .. } => {
                (carrier.on_aws)(self, call)
            }
            Call::PutEvents(_) | Call::Notify { .. } => Box::pin(ready(Err(elsewhere()))),
        }
    }
}

/// See [`Carrier`](crate::call::Carrier).
pub(crate) type Carry = fn(&Tables, Call) -> BoxFuture<'_, Result<Reply, CallError>>;

/// One for each operation of the service. They are not given what they do not take.
pub(crate) mod carry {
    use super::{BoxFuture, Call, CallError, Reply, Tables, elsewhere, ready};

    macro_rules! carry {
        ($($name:ident: $call:pat => $($argument:ident),+;)+) => {$(
            pub(crate) fn $name(
                tables: &Tables,
                call: Call,
            ) -> BoxFuture<'_, Result<Reply, CallError>> {
                match call {
                    $call => Box::pin(tables.$name($($argument),+)),
                    _ => Box::pin(ready(Err(elsewhere()))),
                }
            }
        )+};
    }

    carry! {
        get: Call::Item(call, _) => call;
        put: Call::Item(call, _) => call;
        update: Call::Item(call, _) => call;
        delete: Call::Item(call, _) => call;
        query: Call::Query(call, _) => call;
        transact: Call::Transact { items, token, .. } => items, token;
    }
}
