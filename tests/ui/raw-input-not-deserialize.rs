mod shop;
use shop::*;

struct Other;

#[on_event(rule = raw(Shop, { "source": ["other"] }))]
async fn handle(_event: Other) -> Result<()> {
    Ok(())
}

fn main() {}
