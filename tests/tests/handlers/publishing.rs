//! What a batch publishes, and what becomes of a record whose events the bus does not take.

use esteira_tests::scripted::Reply;
use serde_json::Value;

use crate::records::{PEDIDOS, Record, event_id, large_order, order};
use crate::stage::Stage;

/// EventBridge takes less than 1 MB a call.
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
const MOST_BYTES: usize = 1_000_000;

fn orders(ids: std::ops::RangeInclusive<i64>) -> Vec<Record> {
    ids.map(Record::order).collect()
}

#[test]
fn the_events_of_a_batch_leave_in_tens() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    assert_eq!(stage.deliver(&orders(1..=25))?, None);
    let mut sizes: Vec<usize> = stage.orders().iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [5, 10, 10]);
    let mut ids = stage.orders().concat();
    ids.sort_unstable();
    assert_eq!(ids, (1..=25).collect::<Vec<i64>>(), "each of them once");
    Ok(())
}

#[test]
fn the_events_of_a_call_are_below_the_limit_together() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let records: Vec<Record> =
        (1..=12).map(|id| Record::new(id, &PEDIDOS.insert(&large_order(id, 300_000)))).collect();
    assert_eq!(stage.deliver(&records)?, None);
    let calls = stage.put_events();
    for call in &calls {
        let size: usize = call.iter().map(|entry| entry.size).sum();
        assert!(size < MOST_BYTES, "{} entries have {size} bytes", call.len());
    }
    assert_eq!(calls.len(), 4, "three fit one call");
    assert_eq!(calls.concat().len(), 12);
    Ok(())
}

#[test]
fn an_event_that_is_too_large_fails_its_record_before_any_call() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let large = Record::new(2, &PEDIDOS.insert(&large_order(2, MOST_BYTES)));
    assert_eq!(stage.deliver(&[Record::order(1), large.clone()])?, Some(1));
    assert_eq!(stage.orders(), [[1]], "the event below it leaves, and nothing else");
    let errors = stage.errors();
    assert!(errors.contains(&event_id(1)), "{errors}");
    assert!(errors.contains("pipeline::pedido::NovoPedido"), "the type is not in {errors}");
    let size = 1_000_000..1_000_200;
    let named = errors.split(|c: char| !c.is_ascii_digit()).filter_map(|it| it.parse().ok());
    assert!(named.clone().any(|it: usize| size.contains(&it)), "the size is not in {errors}");
    assert!(!errors.contains("aaaaaaaaaa"), "the event is in {errors}");

    assert_eq!(stage.deliver(&[large])?, Some(0));
    assert_eq!(stage.aws.inputs("PutEvents").len(), 1, "no call is made for it");
    Ok(())
}

#[test]
fn only_what_was_refused_for_the_moment_is_sent_again() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    stage.aws.next(
        "PutEvents",
        [
            Reply::entries([
                None,
                Some("ThrottlingException"),
                None,
                Some("InternalFailure"),
                None,
            ]),
            Reply::entries([None, Some("InternalFailure")]),
        ],
    );
    assert_eq!(stage.deliver(&orders(1..=5))?, None);
    let calls = stage.orders();
    let first = &calls[0];
    assert_eq!(first.len(), 5);
    assert_eq!(calls[1..], [vec![first[1], first[3]], vec![first[3]]]);
    Ok(())
}

#[test]
fn an_event_that_is_refused_for_good_is_the_checkpoint() -> anyhow::Result<()> {
    for code in ["NotAuthorizedForSourceException", "MalformedDetail", "AccessDeniedException"] {
        let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
        // Whichever entry of the call it is in.
        stage.aws.script("PutEvents", move |call| {
            let entries = call.input["Entries"].as_array().cloned().unwrap_or_default();
            let is_third =
                |entry: &Value| entry["Detail"].as_str().is_some_and(|it| it.contains(":3,"));
            Reply::entries(entries.iter().map(|entry| is_third(entry).then_some(code)))
        });
        assert_eq!(stage.deliver(&orders(1..=5))?, Some(2), "{code}");
        let sent = stage.orders().concat();
        for id in 1..=3 {
            let count = sent.iter().filter(|sent| **sent == id).count();
            assert_eq!(count, 1, "{code}: order {id} was sent {count} times");
        }
        let errors = stage.errors();
        assert!(errors.contains(code), "{errors}");
        assert!(errors.contains("pipeline::pedido::NovoPedido"), "{errors}");
    }
    Ok(())
}

#[test]
fn the_lowest_record_counts_of_one_refused_and_one_that_failed() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    stage.aws.next("PutEvents", [Reply::entries([Some("MalformedDetail")])]);
    let records = [Record::order(1), Record::text(2, "poison")];
    assert_eq!(stage.deliver(&records)?, Some(0));
    Ok(())
}

#[test]
fn a_call_that_fails_as_a_whole_is_repeated_as_it_was() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    stage.aws.next("PutEvents", [Reply::throttled(), Reply::fault(), Reply::Close]);
    assert_eq!(stage.deliver(&orders(1..=3))?, None);
    assert_eq!(stage.orders(), vec![vec![1, 2, 3]; 4]);
    Ok(())
}

#[test]
fn a_call_that_is_not_allowed_is_not_repeated() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let why = "User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: \
               events:PutEvents";
    stage.aws.script("PutEvents", move |_| Reply::refused("AccessDeniedException", why));
    assert_eq!(stage.deliver(&orders(1..=3))?, Some(0));
    assert_eq!(stage.aws.inputs("PutEvents").len(), 1);
    let errors = stage.errors();
    assert!(errors.contains("not authorized to perform: events:PutEvents"), "{errors}");
    Ok(())
}

#[test]
fn a_record_delivered_twice_is_published_twice_with_the_same_key() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let record = Record::new("one", &PEDIDOS.insert(&order(7)));
    assert_eq!(stage.deliver(&[record.clone(), record.clone()])?, None);
    assert_eq!(stage.deliver(&[record])?, None);
    let events = stage.put_events().concat();
    assert_eq!(events.len(), 3);
    // What tells the repetition is inside the detail: the bus gives each event an id of its own.
    assert!(events.iter().all(|it| *it == events[0]), "{events:?}");
    assert_eq!(events[0].detail["PedidoID"], 7);
    Ok(())
}
