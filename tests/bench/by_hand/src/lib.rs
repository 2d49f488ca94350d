//! What the four functions share.

pub mod aws;
pub mod changes;
pub mod events;
pub mod function;
pub mod idempotency;
pub mod inventory;
pub mod kinesis;
pub mod logs;
pub mod publish;
