mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, tables(Order), into = Shop)]
struct Other;

fn main() {}
