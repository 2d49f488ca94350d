//! Time and chance, so that both can be virtual.

use std::{
    pin::Pin,
    time::{Duration, SystemTime},
};

use crate::call::{CallError, Reply};

/// A future behind a pointer, so that it can cross an object-safe trait.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A source of time and chance.
pub(crate) trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
    /// Waits until a moment, which may have passed.
    fn until(&self, moment: SystemTime) -> BoxFuture<'_, ()>;
    /// Gives a call up when the deadline comes.
    fn within<'a>(
        &'a self,
        deadline: SystemTime,
        call: BoxFuture<'a, Result<Reply, CallError>>,
    ) -> BoxFuture<'a, Result<Reply, CallError>>;
    /// 128 random bits.
    fn random(&self) -> u128;
}
