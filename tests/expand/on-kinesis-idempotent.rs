#[on_kinesis(stream = Orders, idempotent(key = |Json(order)| format!("{}-{}", order.shop, order.number), ttl = 3_600))]
async fn tell_customer(Json(order): Json<Order>, customers: Notify<Customers>) -> Result<()> {
    body
}
