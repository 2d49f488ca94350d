::core::compile_error! {
    "`memory` is 128 to 10240 MiB"
}
#[allow(dead_code)]
async fn update_stock(order: OrderPlaced) -> Result<()> {
    body
}
