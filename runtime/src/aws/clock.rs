//! The real time, and real chance.

use std::time::{Duration, SystemTime};

use crate::clock::{BoxFuture, Clock};

/// The clock of the machine.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
    fn random(&self) -> u128 {
        uuid::Uuid::new_v4().as_u128()
    }
}
