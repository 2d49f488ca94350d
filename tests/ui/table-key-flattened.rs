mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = product, sort_key = customer)]
struct Sale {
    product: String,
    #[serde(flatten)]
    customer: Customer,
}

fn main() {}
