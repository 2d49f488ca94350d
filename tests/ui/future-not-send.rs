mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, alerts: Notify<Alerts>) -> Result<()> {
    let text = std::rc::Rc::new("new".to_owned());
    alerts.notify(text.as_str()).await?;
    drop(text);
    Ok(())
}

fn main() {}
