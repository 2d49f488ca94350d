//! The event patterns of EventBridge's rules: checked as AWS checks them, and matched against
//! events as AWS matches them.
//!
//! No library covers the whole language (quamina, the nearest, has no `$or`, no nested
//! `anything-but` and no `prefix` or `suffix` that ignores case), so it is written here: once, for
//! the engine that runs a pipeline locally and for the check that refuses a pattern before AWS
//! does.
//!
//! What it means to be right is set by AWS's own matcher, which is open source: the tests hold
//! cases that were labelled by it. It is followed in what surprises, too:
//!
//! - Text that is an IP address matches every way of writing that address.
//! - A number is compared as a double, and one that a double does not hold exactly can only be
//!   matched as it is written.
//! - Ignoring case, each UTF-16 unit of the pattern stands for its lower and its upper case, and
//!   half a surrogate pair for a question mark: a pattern with an emoji matches no emoji.
//! - `exists: false` looks only into those elements of an array that the fields before it, by
//!   name, were found in.
//!
//! It is not followed in what are mistakes of its automaton: there, an address of the other family
//! or a number that begins with the hexadecimal digits of a range of addresses is in that range,
//! and choices of an `$or` that share a value of a field can hide each other. An empty list of
//! prefixes, suffixes or the like in `anything-but`, over which it may stumble, is refused here.
//! And a pattern whose wildcards AWS finds too complex is not found so here: how much is too much
//! is not published.
//!
//! ```
//! use esteira_pattern::Pattern;
//! use serde_json::json;
//!
//! let pattern = Pattern::parse(
//!     r#"{"source": ["shop.orders"], "detail": {"quantity": [{"numeric": [">", 0]}]}}"#,
//! )?;
//! assert!(pattern.matches(&json!({"source": "shop.orders", "detail": {"quantity": 2}})));
//! assert!(!pattern.matches(&json!({"source": "shop.orders", "detail": {"quantity": 0}})));
//!
//! let error = Pattern::parse(r#"{"detail": {"quantity": [{"numeric": ["==", 1]}]}}"#).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "`detail.quantity[0].numeric`: there is no comparison `==`; \
//!      write one of `=`, `<`, `<=`, `>`, `>=`"
//! );
//! # Ok::<(), esteira_pattern::Error>(())
//! ```

mod address;
mod compile;
mod error;
mod fold;
mod leaves;
mod node;
mod number;
mod operator;
mod pattern;
mod rules;
mod test;
mod wildcard;

pub use error::Error;
pub use pattern::Pattern;
pub use rules::Rules;
