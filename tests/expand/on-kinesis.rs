#[on_kinesis(stream = infra::Orders, batch_size = 500, starting_position = latest)]
pub(crate) async fn process_order(change: Change<Order>, placed: Publish<OrderPlaced>, ctx: Context) -> Result<()> {
    body
}
