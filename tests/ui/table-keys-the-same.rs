mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = day, sort_key = day)]
struct Sale {
    product: String,
    day: u32,
    total: i64,
}

fn main() {}
