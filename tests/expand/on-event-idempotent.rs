#[on_event(rule = OrderPlaced, idempotent(key = order))]
async fn tell_customer(order: OrderPlaced, customers: Notify<Customers>) -> Result<()> {
    body
}
