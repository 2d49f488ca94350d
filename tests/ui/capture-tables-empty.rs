mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, tables(), into = Orders)]
struct Other;

fn main() {}
