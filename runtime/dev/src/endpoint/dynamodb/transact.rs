//! Several items in a call, all or none.

use serde::Deserialize;
use serde_dynamo::Item;
use serde_json::{Map, Value, json};

use super::{
    batch::same_key,
    items::{GetRequest, Kind, WriteRequest, read},
    with_items,
    write::{CONDITION_FAILED, Change, Obstacle, Write},
};
use crate::endpoint::{
    call::Call,
    failure::{Failure, Outcome, required},
    json::parameters,
};

/// The most actions of a transaction, and the most bytes of its items.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const ACTIONS: usize = 100;
const BYTES: usize = 4 * 1024 * 1024;

/// The most characters of a token.
const TOKEN: usize = 36;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TransactWrite {
    transact_items: Option<Vec<Action>>,
    client_request_token: Option<String>,
}

/// One of a transaction's actions: exactly one of them is there.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    put: Option<WriteRequest>,
    update: Option<WriteRequest>,
    delete: Option<WriteRequest>,
    condition_check: Option<WriteRequest>,
}

impl Action {
    fn check(self, call: &Call<'_>) -> Outcome<Write> {
        let (request, kind) = match (self.put, self.update, self.delete, self.condition_check) {
            (Some(it), None, None, None) => (it, Kind::Put),
            (None, Some(it), None, None) => (it, Kind::Update),
            (None, None, Some(it), None) => (it, Kind::Delete),
            (None, None, None, Some(it)) => (it, Kind::Check),
            _ => {
                return Err(Failure::validation(
                    "TransactItems can only contain one of Check, Put, Update or Delete",
                ));
            }
        };
        if kind == Kind::Update {
            request.check_has_update()?;
        }
        request.check(call, kind)
    }
}

pub(super) fn write(call: &Call<'_>, request: TransactWrite, body: &[u8]) -> Outcome<Value> {
    let actions = required(request.transact_items, "TransactItems")?;
    check_count(actions.len())?;
    let token = request.client_request_token.filter(|it| !it.is_empty());
    if token.as_ref().is_some_and(|it| it.chars().count() > TOKEN) {
        return Err(Failure::validation(format!(
            "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to {TOKEN}"
        )));
    }
    let writes = actions.into_iter().map(|it| it.check(call)).collect::<Outcome<Vec<_>>>()?;
    for (n, write) in writes.iter().enumerate() {
        let same = |other: &Write| {
            other.table.name == write.table.name && same_key(&other.key, &write.key)
        };
        if writes.iter().take(n).any(same) {
            return Err(Failure::validation(
                "Transaction request cannot include multiple operations on one item",
            ));
        }
    }
    check_size(writes.iter().map(|write| match &write.change {
        Change::Put(item) => item,
        _ => &write.key,
    }))?;
    let mut whole: Map<String, Value> = parameters(body)?;
    whole.remove("ClientRequestToken");
    let whole = Value::Object(whole);
    let now = call.backend.now();
    with_items(call, |items| {
        if let Some(token) = &token
            && call.tokens.is_done(token, &whole, now)?
        {
            return Ok(json!({}));
        }
        let outcomes: Vec<_> = writes.iter().map(|write| write.evaluate(items)).collect();
        if outcomes.iter().any(Result::is_err) {
            return Err(cancelled(outcomes.into_iter().map(Result::err)));
        }
        let after: Vec<_> = outcomes.into_iter().flatten().map(|it| it.after).collect();
        check_size(after.iter().flatten())?;
        for (write, after) in writes.iter().zip(after) {
            write.store(items, after);
        }
        if let Some(token) = token {
            call.tokens.remember(token, whole, now);
        }
        Ok(json!({}))
    })?
}

fn check_count(count: usize) -> Outcome<()> {
    if (1..=ACTIONS).contains(&count) {
        return Ok(());
    }
    Err(Failure::validation(format!(
        "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to {ACTIONS} and greater than or equal to 1"
    )))
}

fn check_size<'a>(items: impl Iterator<Item = &'a Item>) -> Outcome<()> {
    let bytes: usize = items.map(esteira::__private::size::of_item).sum();
    if bytes > BYTES {
        return Err(Failure::validation(format!(
            "Transaction request size of {bytes} bytes exceeded the maximum of {BYTES}"
        )));
    }
    Ok(())
}

/// What a transaction is answered of which not all could be carried out: a reason for each
/// action, in their order.
fn cancelled(obstacles: impl Iterator<Item = Option<Obstacle>>) -> Failure {
    let mut codes = Vec::new();
    let reasons: Vec<_> = obstacles
        .map(|obstacle| {
            let (code, message, item) = match obstacle {
                None => ("None", None, None),
                Some(Obstacle::Condition(item)) => {
                    ("ConditionalCheckFailed", Some(CONDITION_FAILED.to_owned()), item)
                }
                Some(Obstacle::Invalid(failure)) => {
                    ("ValidationError", Some(failure.message), None)
                }
            };
            codes.push(code);
            let mut reason = json!({"Code": code});
            if let Some(message) = message {
                reason["Message"] = json!(message);
            }
            if let Some(item) = item {
                reason["Item"] = json!(item);
            }
            reason
        })
        .collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    Failure::new("TransactionCanceledException", message)
        .with("CancellationReasons", json!(reasons))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TransactGet {
    transact_items: Option<Vec<GetAction>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetAction {
    get: Option<GetRequest>,
}

pub(super) fn get(call: &Call<'_>, request: TransactGet) -> Outcome<Value> {
    let actions = required(request.transact_items, "TransactItems")?;
    check_count(actions.len())?;
    let reads = actions
        .into_iter()
        .map(|action| required(action.get, "Get")?.check(call))
        .collect::<Outcome<Vec<_>>>()?;
    let found = with_items(call, |items| {
        reads.iter().map(|request| read(items, request)).collect::<Vec<_>>()
    })?;
    check_size(found.iter().flatten())?;
    let responses: Vec<_> = found
        .into_iter()
        .map(|item| match item {
            Some(item) => json!({"Item": item}),
            None => json!({}),
        })
        .collect();
    Ok(json!({"Responses": responses}))
}
