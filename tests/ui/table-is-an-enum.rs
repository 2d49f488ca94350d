mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sales", partition_key = product)]
enum Sale {
    Cash,
    Card,
}

fn main() {}
