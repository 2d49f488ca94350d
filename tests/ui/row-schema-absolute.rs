mod shop;
use shop::*;

#[derive(Row, Deserialize)]
#[row(table = "items", key = id, schema = "/migrations")]
struct Item {
    id: i64,
}

fn main() {}
