mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, tables(Order, Stock), into = Orders)]
struct Other;

fn main() {}
