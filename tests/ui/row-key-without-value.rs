mod shop;
use shop::*;

#[derive(Row, Deserialize)]
#[row(table = "items", key())]
struct Item {
    id: i64,
}

#[on_kinesis(stream = Orders)]
async fn handle(_item: Change<Item>) -> Result<()> {
    Ok(())
}

fn main() {}
