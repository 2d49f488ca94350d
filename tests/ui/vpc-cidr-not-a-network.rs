mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc(cidr = "10.0.0.0")]
struct Other;

fn main() {}
