mod shop;
use shop::*;

#[derive(Topic)]
#[topic(name = "Other")]
#[topic(name = "More")]
struct Other;

fn main() {}
