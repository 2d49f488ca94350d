//! Keeping the orders that are placed.

use esteira::{Put, Result, on_event};

use crate::orders::{Order, OrderPlaced};

/// An event may come twice: the second time, it puts the same item in the same place.
#[on_event(rule = OrderPlaced { quantity: [{ numeric: [">", 0] }] })]
pub(crate) async fn record_order(placed: OrderPlaced, orders: Put<Order>) -> Result<()> {
    let OrderPlaced {
        order_id,
        product,
        quantity,
    } = placed;
    orders
        .put(&Order {
            order_id,
            product,
            quantity,
        })
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    fn placed() -> OrderPlaced {
        OrderPlaced {
            order_id: "A-1".into(),
            product: "lamp".into(),
            quantity: 2,
        }
    }

    fn kept() -> Order {
        Order {
            order_id: "A-1".into(),
            product: "lamp".into(),
            quantity: 2,
        }
    }

    #[tokio::test]
    async fn an_order_is_kept_once_however_often_it_comes() {
        let memory = Memory::new();
        for _ in 0..2 {
            record_order(placed(), Put::in_memory(&memory))
                .await
                .expect("is kept");
        }
        assert_eq!(memory.items::<Order>(), [kept()]);
    }
}
