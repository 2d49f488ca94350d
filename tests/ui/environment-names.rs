mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, environment(
    AWS_REGION = "sa-east-1",
    ESTEIRA_SHOP_STOCK = "Stock",
    _LEVEL = "debug",
    LEVEL = "debug",
    LEVEL = "info",
))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
