//! Transactions on one item at once, gathered into as few calls as can be.

use std::collections::BTreeMap;

use esteira::{CallError, Memory, Put, Table, Transaction, Update, manifest::Action, transact};
use fastrand::Rng;
use futures_util::{FutureExt, future::join_all};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Stock", partition_key = product)]
struct Stock {
    product: String,
    left: i64,
}

#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = order)]
struct Sale {
    order: u32,
    quantity: i64,
}

fn with(stock: &[(&str, i64)]) -> Memory {
    let memory = Memory::new();
    for (product, left) in stock {
        memory.insert(&Stock { product: (*product).into(), left: *left }).expect("has a key");
    }
    memory
}

fn sale(memory: &Memory, product: &str, order: u32, quantity: i64) -> Transaction {
    transact([Update::<Stock>::in_memory(memory)
        .update(Stock::key(product))
        .if_exists()
        .when(|stock| stock.left.at_least(quantity))
        .set(|stock| stock.left.minus(quantity))
        .into()])
    .once(Put::in_memory(memory).put(&Sale { order, quantity }))
    .gathered()
}

fn left(memory: &Memory, product: &str) -> i64 {
    memory.item(Stock::key(product)).map_or(0, |stock| stock.left)
}

fn calls(memory: &Memory, action: Action) -> usize {
    memory.calls().iter().filter(|call| call.action == action).count()
}

async fn all(transactions: impl IntoIterator<Item = Transaction>) -> Vec<Result<(), CallError>> {
    join_all(transactions.into_iter().map(IntoFuture::into_future)).await
}

#[tokio::test]
async fn sales_of_one_product_at_once_write_its_stock_once() {
    let memory = with(&[("tv", 100), ("radio", 100)]);
    let sales = (0..60).map(|n| sale(&memory, if n < 40 { "tv" } else { "radio" }, n, 2));
    assert!(all(sales).await.iter().all(Result::is_ok));
    assert_eq!((left(&memory, "tv"), left(&memory, "radio")), (20, 60));
    assert_eq!(memory.items::<Sale>().len(), 60);
    assert_eq!(calls(&memory, Action::UpdateItem), 2);
    assert_eq!(calls(&memory, Action::PutItem), 60);
}

#[tokio::test]
async fn a_hundred_operations_are_the_most_of_a_call() {
    let memory = with(&[("tv", 500)]);
    assert!(all((0..250).map(|n| sale(&memory, "tv", n, 1))).await.iter().all(Result::is_ok));
    assert_eq!(left(&memory, "tv"), 250);
    assert_eq!(calls(&memory, Action::UpdateItem), 3, "99, 99 and 52");
}

#[tokio::test]
async fn too_little_for_all_is_sold_as_far_as_it_goes() {
    let memory = with(&[("tv", 7)]);
    let outcomes = all((0..5).map(|n| sale(&memory, "tv", n, 2))).await;
    let sold = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    assert!(refused.clone().all(|error| error.condition_failed_at(0)), "{outcomes:?}");
    assert_eq!((sold, refused.count(), left(&memory, "tv")), (3, 2, 1));
    assert_eq!(memory.items::<Sale>().len(), 3, "only what was sold has a marker");
}

#[tokio::test]
async fn what_was_done_before_is_not_in_the_way_of_the_others() {
    let memory = with(&[("tv", 10)]);
    sale(&memory, "tv", 1, 2).await.expect("is sold");
    let outcomes = all([1, 2, 2].map(|order| sale(&memory, "tv", order, 2))).await;
    let again = |outcome: &Result<(), CallError>| {
        matches!(outcome, Err(CallError::AlreadyDone { existing })
            if existing.read::<Sale>().is_ok_and(|sale| sale.quantity == 2))
    };
    assert!(again(&outcomes[0]) && outcomes[1].is_ok() && again(&outcomes[2]), "{outcomes:?}");
    assert_eq!(left(&memory, "tv"), 6);

    let before = calls(&memory, Action::UpdateItem);
    let outcomes = all((1..10).map(|order| sale(&memory, "tv", order, 0))).await;
    assert!(again(&outcomes[0]) && again(&outcomes[1]), "{outcomes:?}");
    assert!(outcomes[2..].iter().all(Result::is_ok), "{outcomes:?}");
    let calls = calls(&memory, Action::UpdateItem) - before;
    assert_eq!(calls, 2, "one finds what was done, one does the others");
}

#[tokio::test]
async fn other_transactions_go_alone() {
    let memory = with(&[("tv", 10)]);
    let stock = Update::<Stock>::in_memory(&memory);
    let take = || stock.update(Stock::key("tv")).set(|stock| stock.left.minus(1));
    let marker = |order| Put::in_memory(&memory).put(&Sale { order, quantity: 1 });
    let outcomes = all([
        transact([take().into()]).gathered(),
        transact([take().into()]).gathered(),
        transact([take().into()]).once(marker(1)),
        transact([take().into()]).once(marker(2)),
        transact([take().into()]).once(marker(3)).gathered(),
        transact([take().into()]).once(marker(4)).gathered(),
        transact([take().when(|stock| stock.left.at_most(10)).into()]).once(marker(5)).gathered(),
    ])
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(left(&memory, "tv"), 3);
    assert_eq!(calls(&memory, Action::UpdateItem), 6, "only two of them are alike");
}

#[tokio::test]
async fn who_gives_up_leaves_the_others_to_it() {
    let memory = with(&[("tv", 10)]);
    let mut first = sale(&memory, "tv", 1, 1).into_future();
    assert!((&mut first).now_or_never().is_none(), "waits for others");
    let second = sale(&memory, "tv", 2, 1).into_future();
    drop(first);
    second.await.expect("is carried out");
    assert!(memory.item(Sale::key(2u32)).is_some());

    let mut alone = sale(&memory, "tv", 3, 1).into_future();
    assert!((&mut alone).now_or_never().is_none(), "waits for others");
    drop(alone);
    sale(&memory, "tv", 4, 1).await.expect("waits for nobody");
    assert!(memory.item(Sale::key(3u32)).is_none(), "what nobody waits for is not done");
}

/// Orders of a few products, repeated and at once, with calls that fail and answers that are lost:
/// whatever was sold was sold once, and nothing was sold that was not there.
async fn check(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let products = ["tv", "radio"];
    let memory = Memory::seeded(seed);
    let mut total = BTreeMap::new();
    for product in products {
        let left = rng.i64(0..30);
        total.insert(product, left);
        memory.insert(&Stock { product: product.into(), left }).expect("has a key");
    }
    let mut orders = Vec::new();
    for order in 0..rng.u32(1..30) {
        let of = (order, products[rng.usize(0..2)], rng.i64(0..4));
        orders.extend(vec![of; rng.usize(1..3)]);
    }
    let asked: BTreeMap<u32, &str> = orders.iter().map(|order| (order.0, order.1)).collect();
    rng.shuffle(&mut orders);
    while !orders.is_empty() {
        for _ in 0..rng.usize(0..4) {
            match rng.u8(0..5) {
                0 => memory.lose_next_answer(),
                1 => memory.fail_next(CallError::Throttled),
                2 => {
                    memory.fail_next(CallError::Cancelled(vec![None, Some(CallError::Contention)]))
                }
                3 => memory.fail_next(CallError::Unavailable("timed out".into())),
                _ => memory.fail_next(CallError::Refused("AccessDeniedException".into())),
            }
        }
        let together: Vec<_> = orders.drain(..rng.usize(1..=orders.len())).collect();
        let delays: Vec<usize> = together.iter().map(|_| rng.usize(0..5)).collect();
        let running = together.iter().zip(delays).map(|((order, product, quantity), delay)| {
            let memory = &memory;
            async move {
                for _ in 0..delay {
                    tokio::task::yield_now().await;
                }
                sale(memory, product, *order, *quantity).await
            }
        });
        for (order, outcome) in together.iter().zip(join_all(running).await) {
            let marker = memory.item(Sale::key(order.0));
            match outcome {
                Ok(()) => assert!(marker.is_some(), "seed {seed}: {order:?}"),
                Err(CallError::AlreadyDone { existing }) => {
                    assert_eq!(existing.read::<Sale>().ok(), marker, "seed {seed}: {order:?}");
                }
                Err(error) if error.condition_failed_at(0) => {
                    assert!(left(&memory, order.1) < order.2, "seed {seed}: {order:?} is there");
                }
                Err(CallError::Refused(_)) => orders.push(*order),
                Err(error) => panic!("seed {seed}: {order:?}: {error:?}"),
            }
        }
    }
    for product in products {
        let sold = |order: u32| memory.item(Sale::key(order)).map_or(0, |sale| sale.quantity);
        let of_it = asked.iter().filter(|(_, of)| **of == product);
        let sold: i64 = of_it.map(|(order, _)| sold(*order)).sum();
        assert_eq!(left(&memory, product), total[product] - sold, "seed {seed}: {product}");
        assert!(left(&memory, product) >= 0, "seed {seed}: {product}");
    }
}

#[tokio::test]
async fn whatever_goes_wrong_is_sold_once() {
    for seed in 0..500 {
        check(seed).await;
    }
}
