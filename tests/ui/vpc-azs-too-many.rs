mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc(azs = 4)]
struct Other;

fn main() {}
