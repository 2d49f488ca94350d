//! Typed event pipelines on AWS.

#[allow(unused_extern_crates, reason = "doctests and expansions say `::esteira`")]
extern crate self as esteira;

mod call;
mod clock;
mod connect;
mod context;
mod detail;
mod error;
mod handle;
mod handler;
pub mod manifest;
mod memory;
mod notify;
mod publish;
mod resource;
mod retry;
mod table;

pub use call::{CallError, Existing};
pub use context::Context;
pub use detail::{Detail, Field};
pub use error::{Error, Result};
pub use handle::{Delete, Get, Handle, Notify, Publish, Put, Query, Update, action};
pub use handler::Parameter;
pub use memory::Memory;
pub use notify::Notification;
pub use resource::{Bus, Event, Stream, Table, Topic};
pub use table::{
    Assignment, Condition, DeleteItem, GetItem, Key, Operation, PutItem, QueryItems, UpdateItem,
    transact,
};
