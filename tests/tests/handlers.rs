//! The built functions, driven as Lambda drives them, against an AWS that answers as each test
//! wants it: what they read, what they call, what they answer and what they write.

#[path = "handlers/records.rs"]
mod records;
#[path = "handlers/stage.rs"]
mod stage;
#[path = "handlers/system.rs"]
mod system;
