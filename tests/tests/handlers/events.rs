//! Targets of rules: what they do with an event, once however often it comes, and what they say
//! when they fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use esteira_tests::runtime_api::{Answer, Invocation};
use esteira_tests::scripted::{Call, Reply};
use serde_json::{Value, json};

use crate::stage::{Stage, envelope};

const DONE: Answer = Answer::Response(Value::Null);

fn novo_pedido() -> Value {
    json!({
        "PedidoID": 7, "ProdutoID": "TV-55", "Quantidade": 2,
        "ClienteNome": "João", "Email": "joao@example.com",
    })
}

/// A table as far as transactions and puts need one: an item that must be absent is in the way
/// of the next, and the stock is enough or is not.
struct Shelf {
    items: HashMap<String, Value>,
    enough: bool,
    /// How often the stock was changed.
    taken: usize,
}

type Shared = Arc<Mutex<Shelf>>;

impl Shelf {
    fn of(stage: &Stage, enough: bool) -> Shared {
        let shelf = Arc::new(Mutex::new(Self { items: HashMap::new(), enough, taken: 0 }));
        for operation in ["TransactWriteItems", "PutItem"] {
            let shelf = Arc::clone(&shelf);
            stage.aws.script(operation, move |call| lock(&shelf).call(call));
        }
        shelf
    }

    fn call(&mut self, call: &Call) -> Reply {
        let Some(writes) = call.input["TransactItems"].as_array() else {
            return match self.in_the_way(&call.input) {
                Some(item) => Reply::condition_failed(Some(item)),
                None => {
                    self.put(&call.input);
                    Reply::Success
                }
            };
        };
        let reasons: Vec<(&str, Option<Value>)> = writes
            .iter()
            .map(|write| match (write.get("Put"), write.get("Update")) {
                (Some(put), _) => match self.in_the_way(put) {
                    Some(item) => ("ConditionalCheckFailed", Some(item)),
                    None => ("None", None),
                },
                (_, Some(_)) if !self.enough => ("ConditionalCheckFailed", None),
                _ => ("None", None),
            })
            .collect();
        if reasons.iter().any(|(code, _)| *code != "None") {
            return Reply::cancelled(&reasons);
        }
        for write in writes {
            match write.get("Put") {
                Some(put) => self.put(put),
                None => self.taken += 1,
            }
        }
        Reply::Success
    }

    fn in_the_way(&self, put: &Value) -> Option<Value> {
        let absent = put["ConditionExpression"].as_str()?.contains("attribute_not_exists");
        if absent { self.items.get(&key(put)).cloned() } else { None }
    }

    fn put(&mut self, put: &Value) {
        self.items.insert(key(put), put["Item"].clone());
    }
}

fn key(put: &Value) -> String {
    format!("{} {} {}", put["TableName"], put["Item"]["ProdutoID"], put["Item"]["DataAtualizacao"])
}

fn lock(shelf: &Shared) -> std::sync::MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The message of an error.
fn message(answer: &Answer) -> &str {
    match answer {
        Answer::Error(error) => error["errorMessage"].as_str().unwrap_or_default(),
        Answer::Response(_) => "",
    }
}

#[test]
fn an_order_that_comes_again_takes_from_the_stock_once() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "atualizar_estoque")? else { return Ok(()) };
    let shelf = Shelf::of(&stage, true);
    for _ in 0..3 {
        assert_eq!(stage.event(&novo_pedido())?, DONE);
    }
    assert_eq!(lock(&shelf).taken, 1);
    let writes = stage.aws.inputs("TransactWriteItems");
    assert_eq!(writes.len(), 3);
    let text = writes[0].to_string();
    assert!(text.contains("attribute_not_exists") && text.contains("ClientRequestToken"), "{text}");
    assert_eq!(stage.aws.calls().len(), 3, "nothing else is called");
    assert_eq!(stage.errors(), "", "a repetition is no error");
    Ok(())
}

#[test]
fn an_order_that_cannot_be_served_is_rejected_every_time_it_comes() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "atualizar_estoque")? else { return Ok(()) };
    let shelf = Shelf::of(&stage, false);
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    // What was the answer once stays the answer.
    lock(&shelf).enough = true;
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    let shelf = lock(&shelf);
    assert_eq!((shelf.taken, shelf.items.len()), (0, 1));
    let item = shelf.items.values().next().map(|item| item["Situacao"]["S"].clone());
    assert_eq!(item, Some(json!("REJEITADO")));
    let rejected = stage.put_events().concat();
    assert_eq!(rejected.len(), 2, "{rejected:?}");
    assert!(rejected.iter().all(|it| it.detail_type == "Pedido Rejeitado"), "{rejected:?}");
    Ok(())
}

#[test]
fn a_rejection_that_the_bus_does_not_take_fails_the_event() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "atualizar_estoque")? else { return Ok(()) };
    Shelf::of(&stage, false);
    stage.aws.next("PutEvents", [Reply::entries([Some("NotAuthorizedForSourceException")])]);
    let answer = stage.event(&novo_pedido())?;
    assert!(message(&answer).contains("the bus did not accept"), "{answer:?}");
    assert_eq!(stage.event(&novo_pedido())?, DONE, "and is published when it comes again");
    assert_eq!(stage.put_events().len(), 2);
    Ok(())
}

#[test]
fn a_transaction_that_was_only_in_the_way_of_another_is_repeated() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "atualizar_estoque")? else { return Ok(()) };
    let conflict = |code| Reply::cancelled(&[("None", None), (code, None)]);
    stage.aws.next(
        "TransactWriteItems",
        [
            conflict("TransactionConflict"),
            conflict("ThrottlingError"),
            conflict("ProvisionedThroughputExceeded"),
            Reply::refused("TransactionInProgressException", "wait"),
            Reply::fault(),
        ],
    );
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    let writes = stage.aws.inputs("TransactWriteItems");
    assert_eq!(writes.len(), 6);
    assert!(writes.iter().all(|it| *it == writes[0]), "the token makes them one: {writes:?}");
    Ok(())
}

#[test]
fn a_transaction_that_can_never_succeed_fails_with_its_reason() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "atualizar_estoque")? else { return Ok(()) };
    for (reply, reason) in [
        (
            Reply::cancelled(&[("None", None), ("ItemCollectionSizeLimitExceeded", None)]),
            "ItemCollectionSizeLimitExceeded",
        ),
        (Reply::cancelled(&[("ValidationError", None), ("None", None)]), "ValidationError"),
        (Reply::refused("ResourceNotFoundException", "no such table"), "no such table"),
        (Reply::refused("AccessDeniedException", "not you"), "not you"),
    ] {
        let before = stage.aws.calls().len();
        stage.aws.next("TransactWriteItems", [reply]);
        let answer = stage.event(&novo_pedido())?;
        assert!(message(&answer).contains(reason), "no `{reason}` in {answer:?}");
        assert!(stage.errors().contains(reason), "{}", stage.errors());
        assert_eq!(stage.aws.calls().len(), before + 1, "{reason}: it is not repeated");
    }
    Ok(())
}

#[test]
fn a_cancellation_gives_back_once() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "estornar_estoque")? else { return Ok(()) };
    let movement = |state: &str| {
        json!({
            "ProdutoID": { "S": "TV-55" }, "DataAtualizacao": { "S": "MOV#0#7" },
            "Quantidade": { "N": "2" }, "PedidoID": { "N": "7" }, "Situacao": { "S": state },
        })
    };
    let accepted = || Reply::condition_failed(Some(movement("ACEITO")));
    let faster = Reply::cancelled(&[
        ("ConditionalCheckFailed", Some(movement("ESTORNADO"))),
        ("None", None),
    ]);
    stage.aws.next("PutItem", [accepted(), accepted()]);
    stage.aws.next("TransactWriteItems", [Reply::Success, faster]);
    stage.aws.script("PutItem", move |_| Reply::condition_failed(Some(movement("ESTORNADO"))));
    let cancelled = json!({ "PedidoID": 7, "ProdutoID": "TV-55" });
    // It gives back; another delivery was faster; it was given back long ago.
    for _ in 0..3 {
        assert_eq!(stage.event(&cancelled)?, DONE);
    }
    assert_eq!(stage.aws.inputs("TransactWriteItems").len(), 2);
    assert_eq!(stage.errors(), "");
    Ok(())
}

#[test]
fn a_detail_that_is_not_of_its_type_fails_with_the_reason() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "notificar_cliente")? else { return Ok(()) };
    let changed = |name: &str, value: Value| {
        let mut detail = novo_pedido();
        detail[name] = value;
        detail
    };
    for (detail, reason) in [
        (changed("Quantidade", json!("two")), "invalid type: string \"two\", expected u32"),
        (changed("Quantidade", json!(-2)), "expected u32"),
        (changed("ClienteNome", Value::Null), "expected a string"),
        (json!({ "PedidoID": 7 }), "missing field `ProdutoID`"),
        (json!([]), "missing field"),
        (json!("text"), "invalid type"),
    ] {
        let answer = stage.event(&detail)?;
        let said = message(&answer);
        let what = format!("{detail}: {answer:?}");
        assert!(said.contains("6a7e8feb-b491-4cf7-a9f1-bf3703467718"), "no event id in {what}");
        if !detail.is_array() {
            assert!(said.contains(reason), "no `{reason}` in {what}");
        }
        assert!(stage.errors().contains("6a7e8feb"), "{}", stage.errors());
    }
    assert!(stage.aws.calls().is_empty());
    assert_eq!(stage.event(&novo_pedido())?, DONE, "and the process lives");
    Ok(())
}

#[test]
fn what_is_no_event_at_all_fails_and_the_process_lives() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "notificar_cliente")? else { return Ok(()) };
    let mut no_detail = envelope(&novo_pedido());
    no_detail.as_object_mut().map(|it| it.remove("detail"));
    for (event, reason) in
        [(no_detail, "detail"), (json!({}), "id"), (json!([1]), ""), (Value::Null, "")]
    {
        let done = stage.function.invoke(&Invocation::new(&event))?;
        assert!(matches!(done.answer, Answer::Error(_)), "{event}: {:?}", done.answer);
        assert!(message(&done.answer).contains(reason), "{event}: {:?}", done.answer);
    }
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    Ok(())
}

#[test]
fn a_customer_is_told_once_it_can_be_done() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "notificar_cliente")? else { return Ok(()) };
    stage.aws.next("Publish", [Reply::refused("Throttling", "Rate exceeded"), Reply::fault()]);
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    let messages = stage.aws.inputs("Publish");
    assert_eq!(messages.len(), 3);
    let last = &messages[2];
    assert_eq!(last["Message"], "Olá João, seu pedido foi recebido com sucesso!");
    assert_eq!(last["Subject"], "Confirmação de Pedido");
    let topic = last["TopicArn"].as_str().unwrap_or_default();
    assert!(topic.ends_with(":ClienteNotificacao"), "{topic}");
    Ok(())
}

#[test]
fn a_customer_is_told_once_however_often_the_event_comes() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "notificar_cliente")? else { return Ok(()) };
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    let calls: Vec<String> = stage.aws.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["PutItem", "Publish", "UpdateItem"], "claimed, done, noted");
    // What the claim wrote is from now on in the way of the next.
    let note = |state: &str| {
        let mut note = stage.aws.inputs("PutItem")[0]["Item"].clone();
        note["state"] = json!({ "S": state });
        Reply::condition_failed(Some(note))
    };
    stage.aws.next("PutItem", [note("COMPLETE"), note("INPROGRESS"), note("COMPLETE")]);
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    let at_it = stage.event(&novo_pedido())?;
    assert!(message(&at_it).contains("another invocation is at"), "{at_it:?}");
    assert_eq!(stage.event(&novo_pedido())?, DONE);
    assert_eq!(stage.aws.inputs("Publish").len(), 1);
    Ok(())
}

#[test]
fn a_message_that_is_not_allowed_fails_at_once_with_the_reason() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "notificar_cliente")? else { return Ok(()) };
    stage.aws.next("Publish", [Reply::refused("AuthorizationError", "not on this topic")]);
    let answer = stage.event(&novo_pedido())?;
    assert!(message(&answer).contains("not on this topic"), "{answer:?}");
    assert_eq!(stage.aws.inputs("Publish").len(), 1);
    assert_eq!(stage.aws.inputs("DeleteItem").len(), 1, "the claim is given back");
    Ok(())
}

#[test]
fn every_page_of_a_query_is_read() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "forget_sensor")? else { return Ok(()) };
    let measured = |at: u64| {
        json!({
            "sensor": { "N": "3" }, "at": { "N": at.to_string() }, "celsius": { "N": "20.5" },
        })
    };
    let key = json!({ "sensor": { "N": "3" }, "at": { "N": "2" } });
    let page = |items: &[Value], last: Option<&Value>| {
        let mut output = json!({ "Items": items, "Count": items.len() });
        if let Some(key) = last {
            output["LastEvaluatedKey"] = key.clone();
        }
        Reply::Output(output)
    };
    stage.aws.next(
        "Query",
        [
            page(&[measured(1), measured(2)], Some(&key)),
            Reply::throttled(),
            // A page may be empty and not the last.
            page(&[], Some(&key)),
            page(&[measured(9_007_199_254_740_993)], None),
        ],
    );
    assert_eq!(stage.event(&json!({ "sensor": 3, "kind": "retire" }))?, DONE);
    let pages = stage.aws.inputs("Query");
    assert_eq!(pages.len(), 4);
    assert_eq!(pages[0].get("ExclusiveStartKey"), None);
    assert!(pages[1..].iter().all(|it| it["ExclusiveStartKey"] == key), "{pages:?}");
    let deleted: Vec<Value> =
        stage.aws.inputs("DeleteItem").iter().map(|it| it["Key"]["at"]["N"].clone()).collect();
    assert_eq!(deleted, ["1", "2", "9007199254740993"]);
    Ok(())
}

#[test]
fn an_error_of_the_handler_is_the_answer_in_its_own_words() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "forget_sensor")? else { return Ok(()) };
    let beats = json!({ "Item": { "sensor": { "S": "3" }, "beats": { "N": "12" } } });
    stage.aws.next("GetItem", [Reply::Output(beats)]);
    let answer = stage.event(&json!({ "sensor": 3, "kind": "retire" }))?;
    let expected = "6a7e8feb-b491-4cf7-a9f1-bf3703467718: sensor 3 still beats";
    assert_eq!(message(&answer), expected);
    assert!(stage.errors().contains(expected), "{}", stage.errors());
    assert_eq!(stage.aws.calls().len(), 1, "nothing is deleted");
    Ok(())
}
