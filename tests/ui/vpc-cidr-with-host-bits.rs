mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc(cidr = "10.0.1.0/16")]
struct Other;

fn main() {}
