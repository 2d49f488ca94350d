mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, tables(Order), into = Orders, lob_kib = 2048)]
struct Other;

fn main() {}
