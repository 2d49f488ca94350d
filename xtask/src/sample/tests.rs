use base64::prelude::{BASE64_STANDARD, Engine};
use esteira_manifest::{Kind, Manifest};
use serde_json::{Value, json};

use crate::fixture;

fn handler<'m>(manifest: &'m Manifest, name: &str) -> &'m esteira_manifest::Handler {
    let item = manifest.items.iter().find(|item| item.name() == name).unwrap();
    match &item.kind {
        Kind::Handler(handler) => handler,
        _ => panic!("{name} is no handler"),
    }
}

fn sample(name: &str) -> Value {
    let manifest = fixture::manifest();
    super::of(handler(&manifest, name), &manifest)
}

#[test]
fn an_event_is_whole_and_satisfies_its_own_rule() {
    assert_eq!(
        sample("atualizar_estoque"),
        json!({
            "version": "0",
            "id": "00000000-0000-4000-8000-000000000001",
            "detail-type": "Novo \"Pedido\" ${criado}",
            "source": "loja.pedidos",
            "account": "123456789012",
            "time": "2026-01-01T00:00:00Z",
            "region": "us-east-1",
            "resources": [],
            "detail": {
                "quantidade": 1,
                "canal": "web",
                "itens": [{ "canal": "loja" }],
                "for": "another for",
                "ação": true,
            },
        })
    );
}

#[test]
fn a_raw_rule_gets_the_first_declared_event_that_it_lets_through() {
    let sample = sample("avisar");
    assert_eq!(sample["source"], "loja.pedidos");
    assert_eq!(sample["detail"]["quantidade"], 1);
}

#[test]
fn a_change_is_a_record_of_dms() {
    let manifest = fixture::capture::manifest();
    let records = super::of(handler(&manifest, "processar_pedido"), &manifest);
    let data = json!({
        "id": 1, "quantidade": 1, "protocolo": 1, "status": "status", "detalhes": null,
        "total": 1.5,
    });
    let metadata = json!({
        "timestamp": "2026-01-01T00:00:00.000000Z",
        "record-type": "data",
        "operation": "insert",
        "partition-key-type": "primary-key",
        "partition-key-value": "ecommerce.pedidos.1",
        "schema-name": "ecommerce",
        "table-name": "pedidos",
        "transaction-id": 1,
    });
    assert_eq!(records, json!([{ "data": data, "metadata": metadata }]));
}

#[test]
fn records_are_wrapped_as_kinesis_hands_them_over_and_a_whole_batch_is_left_as_it_is() {
    let manifest = fixture::manifest();
    let trigger = &handler(&manifest, "processar_pedido").trigger;
    let record = json!({ "metadata": { "partition-key-value": "k" } });
    let event = super::deliver(trigger, json!([record, 7]), "arn:x").unwrap();
    let records = event["Records"].as_array().unwrap();
    let data =
        |index: usize| BASE64_STANDARD.decode(records[index]["kinesis"]["data"].as_str().unwrap());
    assert_eq!(data(0).unwrap(), record.to_string().as_bytes());
    assert_eq!(data(1).unwrap(), b"7");
    assert_eq!(records[0]["kinesis"]["partitionKey"], "k");
    assert_ne!(records[0]["kinesis"]["sequenceNumber"], records[1]["kinesis"]["sequenceNumber"]);
    assert_eq!(super::deliver(trigger, event.clone(), "arn:y").unwrap(), event);
    let one = super::deliver(trigger, record.clone(), "arn:x").unwrap();
    assert_eq!(one["Records"].as_array().unwrap().len(), 1);
    assert!(super::deliver(trigger, json!([]), "arn:x").is_err());
}

#[test]
fn an_event_without_detail_is_refused() {
    let manifest = fixture::manifest();
    let trigger = &handler(&manifest, "avisar").trigger;
    let mistake = super::deliver(trigger, json!({ "x": 1 }), "").unwrap_err().0.remove(0);
    assert_eq!(mistake.message, "this is no event: it has no `detail`");
    let event = json!({ "id": "1", "detail": {} });
    assert_eq!(super::deliver(trigger, event.clone(), "").unwrap(), event);
}
