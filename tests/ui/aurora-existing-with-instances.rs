mod shop;
use shop::*;

#[derive(Aurora)]
#[aurora(existing, vpc = Network, database = "shop", instances = 2, kms_key = StoreKey)]
struct Other;

fn main() {}
