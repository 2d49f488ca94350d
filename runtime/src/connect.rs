//! How handles reach their resources: once, when a function starts or a test begins.

use crate::{Error, RawClient, Result, handle::Seat};

/// Connects handles with resources.
///
/// Generic, not an object: a function then contains only the clients that its own handles ask
/// for.
#[doc(hidden)]
pub trait Connector {
    /// Why a resource cannot be reached.
    type Error: Into<Error>;
    /// A table, by its id.
    fn table(&self, id: &'static str) -> Result<Seat, Self::Error>;
    /// A bus, by its id.
    fn bus(&self, id: &'static str) -> Result<Seat, Self::Error>;
    /// A topic, by its id.
    fn topic(&self, id: &'static str) -> Result<Seat, Self::Error>;
    /// A client of the user's own, which only reaches AWS itself.
    fn raw<C: RawClient>(&self) -> Result<C> {
        let client = std::any::type_name::<C>();
        Err(format!("a `{client}` connects to AWS only: a test hands one in by `Raw::new`").into())
    }
}
