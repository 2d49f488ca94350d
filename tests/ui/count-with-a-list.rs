mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Baskets", partition_key = customer)]
pub struct Basket {
    pub customer: String,
    pub prices: Vec<i64>,
}

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, baskets: Update<Basket>) -> Result<()> {
    baskets.update(Basket::key(event.order)).when(|item| item.prices.at_least(1)).await?;
    Ok(())
}

fn main() {}
