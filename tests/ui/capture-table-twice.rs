mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, tables(Order, Order), into = Orders)]
struct Other;

fn main() {}
