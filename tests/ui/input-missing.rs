mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(ctx: Context) -> Result<()> {
    let _ = ctx.now();
    Ok(())
}

fn main() {}
