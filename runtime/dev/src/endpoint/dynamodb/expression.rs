//! The expression language of DynamoDB.
//!
//! An expression is read once: tokens, then a tree with the names and values of the request
//! already in the place of what stands for them. The trees are evaluated against an item.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>

mod apply;
pub(super) mod condition;
mod evaluate;
mod functions;
pub(super) mod key;
mod lexer;
mod parser;
pub(super) mod path;
mod placeholders;
pub(super) mod projection;
mod reserved;
#[cfg(test)]
mod tests;
pub(super) mod update;

pub(super) use placeholders::Placeholders;
