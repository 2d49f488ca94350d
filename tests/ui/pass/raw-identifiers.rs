#![deny(warnings)]

use esteira::*;
use serde::{Deserialize, Serialize};

#[derive(Bus)]
#[bus(name = "Shop")]
struct Shop;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "a", detail_type = "b")]
struct Moved {
    r#type: String,
    r#in: Place,
}

#[derive(Detail, Serialize, Deserialize)]
struct Place {
    r#move: u8,
}

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Moves", partition_key = r#type, sort_key = r#move)]
struct Move {
    r#type: String,
    r#move: u8,
}

#[on_event(rule = Moved { r#type: ["a"], r#in: { r#move: [1] } }, idempotent(key = r#type))]
async fn r#move(r#in: Moved, r#final: Put<Move>) -> Result<()> {
    r#final.put(&Move { r#type: r#in.r#type, r#move: r#in.r#in.r#move }).await?;
    Ok(())
}

fn main() {
    let shape = serde_json::to_string(&<Moved as Detail>::SHAPE).unwrap();
    assert!(shape.contains("\"type\"") && shape.contains("\"in\"") && !shape.contains("r#"));
    let memory = Memory::new();
    drop(r#move(
        Moved { r#type: String::new(), r#in: Place { r#move: 1 } },
        Put::in_memory(&memory),
    ));
    drop(Move::key("a", 1));
}
