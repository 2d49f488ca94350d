mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "", partition_key = product, sort_key = day)]
struct Sale {
    product: String,
    day: u32,
    total: i64,
}

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, sales: Update<Sale>) -> Result<()> {
    sales.update(Sale::key(event.order, 1u32)).set(|sale| sale.total.plus(1)).await?;
    Ok(())
}

fn main() {}
