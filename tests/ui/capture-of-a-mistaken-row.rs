mod shop;
use shop::*;

#[derive(Row)]
#[row(table = "items", key = id)]
struct Item {
    id: i64,
}

#[derive(Capture)]
#[capture(from = Store, tables(Item), into = Orders)]
struct Captured;

fn main() {}
