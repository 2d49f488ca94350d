mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = product)]
struct Sale<T> {
    product: String,
    total: T,
}

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, sales: Delete<Sale<u8>>) -> Result<()> {
    sales.delete(Sale::key(event.order)).await?;
    Ok(())
}

fn main() {}
