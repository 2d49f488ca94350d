//! What DMS writes, and what others put on a stream.

use esteira_tests::dms;
use serde_json::{Value, json};

use crate::records::{PEDIDOS, Record, event_id, order};
use crate::stage::Stage;

/// A record of an order whose row has this text for some of its columns.
fn insert(columns: &str) -> Record {
    Record::text(
        "1",
        &format!(
            r#"{{"data":{{{columns}}},"metadata":{{"record-type":"data","operation":"insert","partition-key-type":"schema-table","schema-name":"ecommerce","table-name":"pedidos","transaction-id":87978110091475}}}}"#
        ),
    )
}

#[test]
fn each_operation_says_what_it_means_for_an_order() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let mut cancelled = order(2);
    cancelled["status"] = json!("CANCELADO");
    let mut before_key_only = PEDIDOS.update(&json!({ "id": 4 }), &cancelled);
    before_key_only["data"]["id"] = json!(4);
    let mut no_image = before_key_only.clone();
    no_image["before-image"] = json!({});
    let mut unknown = PEDIDOS.insert(&order(6));
    unknown["metadata"]["operation"] = json!("truncate");
    let mut detailed = PEDIDOS.insert(&order(7));
    for (name, value) in [
        ("transaction-record-id", json!(1)),
        ("prev-transaction-id", json!(12_884_904_640_u64)),
        ("prev-transaction-record-id", json!(3)),
        ("commit-timestamp", json!("2026-11-23T06:25:34.000000Z")),
        ("stream-position", json!("00000002/7C007178.3.00000002/7C007178")),
        ("partition-key-value", json!("7")),
    ] {
        detailed["metadata"][name] = value;
    }
    let records = [
        PEDIDOS.insert(&order(1)),
        // What it was before proves that it was cancelled by this.
        PEDIDOS.update(&order(2), &cancelled),
        PEDIDOS.delete(&order(3)),
        // An image of the key alone proves nothing, and neither does none.
        before_key_only,
        no_image,
        PEDIDOS.load(&order(5)),
        unknown,
        detailed,
    ];
    let records: Vec<Record> = records.iter().map(|it| Record::new("one", it)).collect();
    assert_eq!(stage.deliver(&records)?, None);
    let events: Vec<(String, Value)> = stage
        .put_events()
        .concat()
        .into_iter()
        .map(|entry| (entry.detail_type, entry.detail["PedidoID"].clone()))
        .collect();
    let expected = [
        ("Novo Pedido Criado", 1),
        ("Pedido Cancelado", 2),
        ("Pedido Cancelado", 3),
        ("Novo Pedido Criado", 7),
    ];
    assert_eq!(events, expected.map(|(kind, id)| (kind.to_owned(), json!(id))));
    assert_eq!(stage.errors(), "");
    Ok(())
}

/// As published: <https://github.com/aws-samples/aws-dms-serverless-to-kinesis-data-pipeline>
const ANOTHER_TABLE: &str = r#"{
    "data": { "trans_id": 6, "customer_id": "387378799012", "event": "list", "sku": "AI6161BEFX",
        "amount": 1, "device": "pc", "trans_datetime": "2023-01-16T06:18:32Z" },
    "metadata": { "timestamp": "2023-01-16T06:25:34.444953Z", "record-type": "data",
        "operation": "insert", "partition-key-type": "primary-key", "schema-name": "testdb",
        "table-name": "retail_trans", "transaction-id": 12884904641 }
}"#;

/// As CrateDB's tests of DMS have it: <https://github.com/crate/commons-codec>
const CONTROL: &str = r#"{
    "control": { "table-def": { "columns": {
            "id": { "type": "INT32", "nullable": false },
            "name": { "type": "STRING", "nullable": true, "length": 255 } },
        "primary-key": ["id"] } },
    "metadata": { "timestamp": "2024-08-13T17:29:55.391101Z", "record-type": "control",
        "operation": "create-table", "partition-key-type": "task-id",
        "partition-key-value": "7QBLNBTPCNDEBG7CHI3WA73YFA", "schema-name": "ecommerce",
        "table-name": "pedidos" }
}"#;

#[test]
fn records_of_other_tables_and_of_the_task_itself_are_passed_over() -> anyhow::Result<()> {
    let changed = |command: &mut std::process::Command| {
        command.env("AWS_LAMBDA_LOG_LEVEL", "DEBUG");
    };
    let Some(stage) = Stage::with("pipeline", "processar_pedido", changed)? else { return Ok(()) };
    let mut dropped: Value = serde_json::from_str(CONTROL)?;
    dropped["metadata"]["operation"] = json!("an operation of tomorrow");
    let records = [
        Record::text("1", ANOTHER_TABLE),
        Record::new("7QBLNBTPCNDEBG7CHI3WA73YFA", &dms::control()),
        Record::text("7QBLNBTPCNDEBG7CHI3WA73YFA.ecommerce.pedidos", CONTROL),
        Record::new("7QBLNBTPCNDEBG7CHI3WA73YFA.ecommerce.pedidos", &dropped),
        Record::order(1),
    ];
    assert_eq!(stage.deliver(&records)?, None);
    assert_eq!(stage.orders(), [[1]]);
    // That they were passed over can be seen by whoever looks for it.
    let skipped = stage.lines("DEBUG");
    let skipped: Vec<String> = skipped.iter().map(Value::to_string).collect();
    for (position, what) in [(0, "retail_trans"), (1, "create-table"), (3, "tomorrow")] {
        let found = skipped.iter().any(|it| it.contains(&event_id(position)) && it.contains(what));
        assert!(found, "nothing about record {position} with {what} in {skipped:?}");
    }
    Ok(())
}

#[test]
fn numbers_stay_exact_however_they_are_written() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let rest = r#""produto_id":"TV-55","cliente_nome":"Ana","email":"a@b.c","status":"PAGO""#;
    let ids = [
        "9223372036854775807",
        r#""9223372036854775807""#,
        // 64-bit floats lose the last digits of these.
        "1.234567890123456789E18",
        r#""9007199254740993""#,
        "9007199254740993",
        "-42",
    ];
    let quantities = ["2", r#""2""#, "2E0", "2.0", "4294967295", "0"];
    let records: Vec<Record> = ids
        .iter()
        .zip(quantities)
        .map(|(id, quantity)| insert(&format!(r#""id":{id},"quantidade":{quantity},{rest}"#)))
        .collect();
    assert_eq!(stage.deliver(&records)?, None, "{}", stage.errors());
    let seen: Vec<(i64, u32)> = stage
        .put_events()
        .concat()
        .iter()
        .map(|it| {
            let number = |name: &str| it.detail[name].to_string();
            (number("PedidoID").parse().unwrap_or(0), number("Quantidade").parse().unwrap_or(9))
        })
        .collect();
    let expected = [
        (9_223_372_036_854_775_807, 2),
        (9_223_372_036_854_775_807, 2),
        (1_234_567_890_123_456_789, 2),
        (9_007_199_254_740_993, 2),
        (9_007_199_254_740_993, 4_294_967_295),
        (-42, 0),
    ];
    assert_eq!(seen, expected);
    Ok(())
}

#[test]
fn a_column_that_does_not_fit_fails_its_record_with_the_reason() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let row = |id: &str, quantity: &str, rest: &str| {
        format!(
            r#""id":{id},"quantidade":{quantity},"produto_id":"TV-55","status":"PAGO","email":"a@b.c"{rest}"#
        )
    };
    let name = r#","cliente_nome":"Ana""#;
    for (columns, reason) in [
        (row("1", "null", name), "column `quantidade` of table `pedidos`: null"),
        // Without IncludeNullAndEmpty a null and an empty text look like this.
        (row("1", "2", ""), "column `cliente_nome` of table `pedidos`: absent"),
        (row("1", "2.5", name), "whole number"),
        (row("1", "-1", name), "in its range"),
        (row("9223372036854775808", "2", name), "in its range"),
        (row("1", r#""two""#, name), "expected u32"),
        (row("1", "2", name).replace("PAGO", "PERDIDO"), "`PERDIDO`"),
    ] {
        let seen = stage.errors().len();
        assert_eq!(stage.deliver(&[insert(&columns)])?, Some(0), "{columns}");
        let error = stage.errors().split_off(seen);
        assert!(error.contains(reason), "{columns}: no `{reason}` in {error}");
        assert!(error.contains(&event_id(0)), "which record it was is not in {error}");
    }
    assert!(stage.orders().is_empty());
    Ok(())
}

#[test]
fn an_empty_text_is_a_text() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let mut row = order(1);
    row["cliente_nome"] = json!("");
    assert_eq!(stage.deliver(&[Record::new(1, &PEDIDOS.insert(&row))])?, None);
    assert_eq!(stage.put_events()[0][0].detail["ClienteNome"], "");
    Ok(())
}

#[test]
fn what_is_no_record_at_all_fails_with_the_reason_and_names_it() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let cut = PEDIDOS.insert(&order(2)).to_string();
    let cut = &cut[..cut.len() / 2];
    for (poison, reason) in [
        (Record::undecodable(2, "not base64!"), "ymbol"),
        (Record::undecodable(2, "AAA"), "adding"),
        (Record::text(2, ""), "not JSON"),
        (Record::text(2, "<pedido/>"), "not JSON"),
        (Record::text(2, cut), "ends early"),
        (Record::text(2, "\u{0}\u{1}"), "not JSON"),
        (Record::text(2, "[1, 2]"), "expected an object"),
        (Record::text(2, "{}"), "`metadata` is missing"),
        (Record::text(2, &"[".repeat(100_000)), "not JSON"),
    ] {
        let seen = stage.errors().len();
        let at = stage.deliver(&[Record::order(1), poison.clone(), Record::order(3)])?;
        assert_eq!(at, Some(1), "{poison:?}");
        let error = stage.errors().split_off(seen);
        assert!(error.contains(reason), "{poison:?}: no `{reason}` in {error}");
        assert!(error.contains(&event_id(1)), "which record it was is not in {error}");
        assert!(error.len() < 1_500, "the whole record is in {error}");
    }
    let published = stage.orders().concat();
    assert_eq!(published.iter().filter(|id| **id == 1).count(), 9, "{published:?}");
    Ok(())
}

#[test]
fn a_document_is_read_as_the_type_that_the_handler_takes() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    let place = r#""place":{"hall-name":"Oven 3","level":-1}"#;
    let records = [
        Record::text(
            3,
            &format!(r#"{{"sensor":3,"at":9007199254740993,"celsius":91.30,{place}}}"#),
        ),
        Record::text(4, r#"{"sensor":4,"at":1,"celsius":-0.5,"place":null,"new":true}"#),
    ];
    assert_eq!(stage.deliver(&records)?, None, "{}", stage.errors());
    let mut items: Vec<Value> =
        stage.aws.inputs("PutItem").iter().map(|it| it["Item"].clone()).collect();
    items.sort_by_key(|item| item["sensor"]["N"].to_string());
    let item = |sensor: &str, at: &str, celsius: &str| json!({ "sensor": { "N": sensor }, "at": { "N": at }, "celsius": { "N": celsius } });
    assert_eq!(items, [item("3", "9007199254740993", "91.3"), item("4", "1", "-0.5")]);
    let detail = &stage.put_events()[0][0].detail;
    let expected = json!({
        "sensorId": 3, "celsius": 91.3, "severity": "warning",
        "place": { "hall-name": "Oven 3", "level": -1 },
    });
    assert_eq!(*detail, expected);
    Ok(())
}
