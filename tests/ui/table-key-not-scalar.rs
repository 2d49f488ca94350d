mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = product, sort_key = day)]
struct Sale {
    product: String,
    day: bool,
    total: i64,
}

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, sales: Update<Sale>) -> Result<()> {
    sales.update(Sale::key(event.order, true)).set(|sale| sale.total.plus(1)).await?;
    Ok(())
}

fn main() {}
