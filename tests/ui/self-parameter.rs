mod shop;
use shop::*;

struct Handlers;

impl Handlers {
    #[on_event(rule = OrderPlaced)]
    async fn handle(self, _event: OrderPlaced) -> Result<()> {
        Ok(())
    }
}

fn main() {}
