mod shop;
use shop::*;

#[derive(Topic)]
#[topic(name = "Other")]
struct Other<T>(T);

fn main() {}
