mod shop;
use shop::*;

struct Oops;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced) -> std::result::Result<(), Oops> {
    Err(Oops)
}

fn main() {}
