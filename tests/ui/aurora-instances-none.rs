mod shop;
use shop::*;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "shop", instances = 0)]
struct Other;

fn main() {}
