mod shop;
use shop::*;

#[derive(Capture)]
#[capture(from = Store, into = Orders)]
struct Other;

fn main() {}
