mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Orders, tables(Order), into = Orders)]
struct Other;

fn main() {}
