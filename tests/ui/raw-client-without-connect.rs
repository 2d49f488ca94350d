mod shop;
use shop::*;

#[derive(Clone)]
struct Client;

fn connects<C: RawClient>() {}

fn check() {
    connects::<Client>();
}

fn main() {}
