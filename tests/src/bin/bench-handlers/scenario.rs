//! What the functions are given to do.

use anyhow::{bail, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use esteira_tests::{
    runtime_api::Answer,
    scripted::{Call, Reply, ScriptedAws},
};
use serde_json::{Value, json};

/// What a function is measured with.
pub(crate) struct Scenario {
    /// The numbers of records in a batch; one where a function takes single events.
    pub(crate) batches: &'static [usize],
    event: fn(usize) -> Value,
    /// The call that has the effect.
    effect: &'static str,
}

impl Scenario {
    /// That of a function of the reference application.
    pub(crate) fn of(function: &str) -> anyhow::Result<Self> {
        let one = |event, effect| Self { batches: &[1], event, effect };
        Ok(match function {
            "processar_pedido" => {
                Self { batches: &[1, 10, 100, 1_000], event: batch, effect: "PutEvents" }
            }
            "atualizar_estoque" => one(new_order, "TransactWriteItems"),
            "estornar_estoque" => one(cancelled_order, "TransactWriteItems"),
            "notificar_cliente" => one(new_order, "Publish"),
            other => bail!("there is nothing to measure `{other}` with: add a scenario"),
        })
    }

    /// What Lambda hands over.
    pub(crate) fn event(&self, records: usize) -> Value {
        (self.event)(records)
    }

    /// The work was done, whole: what is fast because it leaves something out does not count.
    pub(crate) fn check(
        &self,
        records: usize,
        answer: &Answer,
        calls: &[Call],
    ) -> anyhow::Result<()> {
        let Answer::Response(response) = answer else { bail!("it failed: {answer:?}") };
        let failures = response["batchItemFailures"].as_array().map_or(0, Vec::len);
        ensure!(failures == 0, "it reported failures: {response}");
        let effects = calls.iter().filter(|call| call.operation == self.effect);
        let done: usize =
            effects.map(|call| call.input["Entries"].as_array().map_or(1, Vec::len)).sum();
        ensure!(
            done == records,
            "{} was asked to do {done} things for {records} records",
            self.effect
        );
        Ok(())
    }
}

/// Has AWS answer as it would in the usual case: an order that is cancelled had been accepted.
pub(crate) fn play(aws: &ScriptedAws) {
    aws.script("PutItem", |call| {
        let item = &call.input["Item"];
        // Any other item is the record of a notification, of which there is none yet.
        if item.get("Situacao").is_none() {
            return Reply::Success;
        }
        let mut existing = item.clone();
        existing["Situacao"] = json!({ "S": "ACEITO" });
        existing["Quantidade"] = json!({ "N": "2" });
        Reply::condition_failed(Some(existing))
    });
}

/// A batch of a Kinesis stream that DMS writes to. Each record makes one event; every seventh
/// cancels the order before it, so that some of one order are ten apart and in two calls.
pub(crate) fn batch(records: usize) -> Value {
    let records = (0..records).map(|at| {
        let change = if at % 7 == 6 { cancellation(at - 1) } else { insertion(at) };
        let order = change["data"]["id"].as_u64().unwrap_or_default();
        record(at, &format!("ecommerce.pedidos.{order}"), change.to_string().as_bytes())
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

/// A record, whatever its data.
pub(crate) fn record(at: usize, partition_key: &str, data: &[u8]) -> Value {
    let sequence_number = sequence_number(at);
    let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/dev-PedidosStream";
    json!({
        "eventID": format!("shardId-000000000000:{sequence_number}"),
        "eventName": "aws:kinesis:record",
        "eventVersion": "1.0",
        "eventSource": "aws:kinesis",
        "awsRegion": "us-east-1",
        "eventSourceARN": stream,
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/function",
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": partition_key,
            "sequenceNumber": sequence_number,
            "data": BASE64_STANDARD.encode(data),
            "approximateArrivalTimestamp": 1_673_850_334.453,
        },
    })
}

/// The sequence number of the record at a position.
pub(crate) fn sequence_number(at: usize) -> String {
    format!("49545115243490985018280067714973144582180062593244{at:06}")
}

fn row(order: usize, status: &str) -> Value {
    json!({
        "id": order, "produto_id": format!("TV-{}", order % 50), "quantidade": 2,
        "cliente_nome": "João da Silva", "email": "joao.silva@example.com", "status": status,
    })
}

fn metadata(operation: &str, order: usize) -> Value {
    json!({
        "timestamp": "2026-01-16T06:25:34.444953Z", "record-type": "data", "operation": operation,
        "partition-key-type": "primary-key", "schema-name": "ecommerce", "table-name": "pedidos",
        "transaction-id": 12_884_904_641_u64 + order as u64,
    })
}

/// The change record of a new order.
pub(crate) fn insertion(order: usize) -> Value {
    json!({ "data": row(order, "CRIADO"), "metadata": metadata("insert", order) })
}

fn cancellation(order: usize) -> Value {
    json!({
        "data": row(order, "CANCELADO"), "before-image": row(order, "CRIADO"),
        "metadata": metadata("update", order),
    })
}

fn envelope(detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": detail_type,
        "source": "ecommerce.pedidos", "account": "123456789012", "time": "2026-01-16T06:25:35Z",
        "region": "us-east-1", "resources": [], "detail": detail,
    })
}

fn new_order(_: usize) -> Value {
    let detail = json!({
        "PedidoID": 7, "ProdutoID": "TV-55", "Quantidade": 2, "ClienteNome": "João da Silva",
        "Email": "joao.silva@example.com",
    });
    envelope("Novo Pedido Criado", &detail)
}

fn cancelled_order(_: usize) -> Value {
    envelope("Pedido Cancelado", &json!({ "PedidoID": 7, "ProdutoID": "TV-55" }))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, time::Instant};

    use super::*;

    fn put(entries: usize) -> Call {
        Call {
            operation: "PutEvents".into(),
            input: json!({ "Entries": vec![json!({}); entries] }),
            headers: HashMap::new(),
            at: Instant::now(),
        }
    }

    #[test]
    fn work_that_is_left_out_does_not_count() {
        let scenario = Scenario::of("processar_pedido").unwrap();
        let answer = Answer::Response(json!({ "batchItemFailures": [] }));
        scenario.check(12, &answer, &[put(10), put(2)]).unwrap();
        scenario.check(1, &Answer::Response(Value::Null), &[put(1)]).unwrap();
        scenario.check(12, &answer, &[put(10)]).unwrap_err();
        let failed = Answer::Response(json!({ "batchItemFailures": [{ "itemIdentifier": "1" }] }));
        scenario.check(1, &failed, &[put(1)]).unwrap_err();
        scenario.check(1, &Answer::Error(json!({})), &[put(1)]).unwrap_err();
    }
}
