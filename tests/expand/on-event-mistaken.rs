#[on_event(rule = OrderPlaced, memory = 1)]
async fn update_stock(order: OrderPlaced) -> Result<()> {
    body
}
