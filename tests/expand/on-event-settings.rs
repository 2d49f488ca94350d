#[on_event(
    rule = OrderPlaced,
    retries = 1,
    max_age = 600,
    delivery_retries = 10,
    delivery_max_age = 3_600,
    architecture = x86_64,
    environment(RUST_LOG = "debug", CURRENCY = "BRL"),
    vpc = infra::Network,
    reserved_concurrency = 5
)]
async fn tell_sales(order: OrderPlaced) -> Result<()> {
    body
}
