mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(
    _event: OrderPlaced,
    p0: Context,
    p1: Context,
    p2: Context,
    p3: Context,
    p4: Context,
    p5: Context,
    p6: Context,
    p7: Context,
    p8: Context,
    p9: Context,
    p10: Context,
    p11: Context,
    p12: Context,
) -> Result<()> {
    let _ = (p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12);
    Ok(())
}

fn main() {}
