mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
struct Handle;

fn main() {}
