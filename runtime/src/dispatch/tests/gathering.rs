//! Records of one batch whose transactions are gathered.

use super::*;
use crate::{Update, manifest::Action, transact};

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Stock", partition_key = product)]
struct Stock {
    product: String,
    left: u32,
}

/// Takes what its record says, once.
struct Till;

impl Handler for Till {
    const ITEM: Item = item(40);
    type Input = Json<Order>;
    type Parameters = (Update<Stock>, Put<Seen>);
    type Guard = ();

    async fn call(
        Json(order): Json<Order>,
        (stock, seen): (Update<Stock>, Put<Seen>),
    ) -> Result<()> {
        let taken = transact([stock
            .update(Stock::key("tv"))
            .when(|item| item.left.at_least(order.events))
            .set(|item| item.left.minus(order.events))
            .into()])
        .once(seen.put(&Seen { number: order.number }))
        .gathered()
        .await;
        match taken {
            Err(CallError::AlreadyDone { .. }) => Ok(()),
            taken => Ok(taken?),
        }
    }
}

#[tokio::test]
async fn records_that_run_at_once_share_a_call_and_a_batch_that_comes_again_changes_nothing() {
    let memory = Memory::new();
    memory.insert(&Stock { product: "tv".into(), left: 100 }).expect("has a key");
    let prepared = Prepared::<Till>::new(&memory).expect("is in memory");
    let orders: Vec<String> = (0..80).map(|n| format!(r#"{{"number":{n}}}"#)).collect();
    for _ in 0..2 {
        let clock = memory.clock();
        let frame = frame(clock.now() + Duration::from_secs(30), clock);
        let records = records(orders.iter().map(String::as_str));
        let response = batch::<Till>(&prepared, Batch { records }, &frame).await;
        assert_eq!(response, BatchResponse::default());
        let left = memory.items::<Stock>()[0].left;
        assert_eq!((left, memory.items::<Seen>().len()), (20, 80));
    }
    let updates = memory.calls().iter().filter(|call| call.action == Action::UpdateItem).count();
    assert_eq!(updates, 2 + 2, "forty at once, and forty at once that were done");
}
