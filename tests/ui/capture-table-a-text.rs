mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, tables("orders"), into = Orders)]
struct Other;

fn main() {}
