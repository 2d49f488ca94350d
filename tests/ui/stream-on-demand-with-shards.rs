mod shop;
use shop::*;

#[derive(Stream)]
#[stream(name = "Other", on_demand, shards = 2)]
struct Other;

fn main() {}
