mod shop;
use shop::*;

#[derive(Stream)]
#[stream(shards = 2)]
struct Other;

fn main() {}
