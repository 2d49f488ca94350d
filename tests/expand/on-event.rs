#[on_event(
    rule = OrderPlaced { quantity: [1, { numeric: [">", 5] }], customer: { country: ["BR"] }, note: [{ exists: true }] },
    memory = 512,
)]
#[cfg(feature = "stock")]
#[tracing::instrument]
async fn update_stock(order: OrderPlaced, stock: Update<Stock>) -> Result<()> {
    body
}
