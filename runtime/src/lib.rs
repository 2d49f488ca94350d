//! Typed event pipelines on AWS.
//!
//! Annotate plain async functions and a few types; `cargo xtask synth` reads from them the
//! least-privilege IAM, the Terraform and the CloudFormation of the whole system, and
//! `cargo xtask build` makes one Lambda binary a function.
//!
//! ```
//! use esteira::{Bus, Event, Notify, Result, Topic, on_event};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Bus)]
//! #[bus(name = "Shop")]
//! pub struct Shop;
//!
//! #[derive(Event, Serialize, Deserialize)]
//! #[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed", external)]
//! pub struct OrderPlaced {
//!     pub order: String,
//!     pub quantity: u32,
//! }
//!
//! #[derive(Topic)]
//! #[topic(name = "BigOrders")]
//! pub struct BigOrders;
//!
//! #[on_event(rule = OrderPlaced { quantity: [{ numeric: [">", 100] }] })]
//! async fn tell_sales(order: OrderPlaced, sales: Notify<BigOrders>) -> Result<()> {
//!     sales.notify(format!("{} wants {}", order.order, order.quantity)).await?;
//!     Ok(())
//! }
//! ```
//!
//! - **The signature is the permission.** A handler touches AWS only through the [handles](Handle)
//!   among its parameters: [`Get`], [`Put`], [`Update`], [`Delete`], [`Query`], [`Publish`] and
//!   [`Notify`]. Each grants one action on one resource. For what none of them does there is the
//!   [`Raw`] client, with what it may do in the attribute.
//! - **The type is the contract.** A rule names an event type and its fields; what does not exist
//!   does not compile.
//! - **A handler is a function.** [`Memory`] stands in for AWS in an ordinary test.
//!
//! Where data rests or flows through is declared by derives: [`Stream`](derive@Stream),
//! [`Bus`](derive@Bus), [`Table`](derive@Table) and [`Topic`](derive@Topic); and for what is captured
//! from a database, [`Aurora`](derive@Aurora) in its [`Vpc`](derive@Vpc), a
//! [`Capture`](derive@Capture) and its [`Row`](derive@Row) types. A [`KmsKey`](derive@KmsKey)
//! encrypts them. Resources that others made are declared as `existing` and only referred to.
//!
//! An application declares `[features] lambda = ["esteira/aws"]`; nothing else compiles the AWS
//! SDK. The macros write `::esteira`: where Cargo.toml gives this crate another name, say
//! `extern crate other as esteira;` in the root of the crate that uses them.

// What only the AWS side reads is part of the port all the same; a lint with the feature on sees it.
#![cfg_attr(not(feature = "aws"), allow(dead_code, reason = "the port serves AWS too"))]

#[allow(unused_extern_crates, reason = "doctests and expansions say `::esteira`")]
extern crate self as esteira;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "aws")]
mod aws;
mod call;
mod clock;
mod connect;
mod context;
#[cfg(feature = "describe")]
pub mod describe;
mod detail;
mod dispatch;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod engine;
mod error;
mod handle;
mod handler;
mod idempotency;
#[cfg(feature = "aws")]
mod lambda;
mod macros;
mod memory;
mod metrics;
mod notify;
mod publish;
mod raw;
mod record;
mod resource;
mod retry;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
pub mod topic;

pub use call::{CallError, Existing};
pub use context::Context;
pub use detail::{Detail, Field};
pub use error::{Error, Result};
pub use esteira_manifest as manifest;
pub use handle::{Delete, Get, Handle, Notify, Publish, Put, Query, Update, action};
pub use handler::Parameter;
pub use macros::*;
pub use memory::Memory;
pub use notify::{Attribute, Message, Notification};
pub use raw::{Connection, Raw, RawClient};
pub use record::{Change, DecodeError, Decoded, Json, Problem, Record, Row, Skipped};
pub use resource::{Aurora, Bus, Capture, Event, KmsKey, Resource, Stream, Table, Topic, Vpc};
pub use table::{
    Assignment, Condition, DeleteItem, GetItem, Key, Operation, PutItem, QueryItems, Transaction,
    UpdateItem, transact,
};
