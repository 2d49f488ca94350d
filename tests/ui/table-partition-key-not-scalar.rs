mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = paid)]
struct Sale {
    paid: bool,
    total: i64,
}

fn main() {}
