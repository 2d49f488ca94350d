//! The engine's time: virtual, and moved on by the engine; or the system's.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use futures_util::future::{Either, select};

use crate::{
    call::{CallError, Reply},
    clock::{BoxFuture, Clock},
};

/// The time of everything that runs in an engine. Whoever waits is woken by
/// [`reach`](Self::reach).
pub(super) struct Time {
    /// The system's time, not one that is moved on.
    real: bool,
    state: Mutex<State>,
}

struct State {
    now: SystemTime,
    random: fastrand::Rng,
    /// Those who wait, by when for, in the order in which they came.
    waiting: BTreeMap<(SystemTime, u64), Waker>,
    tickets: u64,
}

impl Time {
    pub(super) fn starting(now: SystemTime, seed: u64) -> Arc<Self> {
        Arc::new(Self::with(false, now, fastrand::Rng::with_seed(seed)))
    }

    pub(super) fn real() -> Arc<Self> {
        Arc::new(Self::with(true, SystemTime::now(), fastrand::Rng::new()))
    }

    fn with(real: bool, now: SystemTime, random: fastrand::Rng) -> Self {
        let state = State { now, random, waiting: BTreeMap::new(), tickets: 0 };
        Self { real, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves virtual time on to a moment, if it is not past it, and wakes who waited for it.
    pub(super) fn reach(&self, moment: SystemTime) {
        let due = {
            let mut state = self.state();
            state.now = state.now.max(if self.real { SystemTime::now() } else { moment });
            let after = (state.now + Duration::from_nanos(1), 0);
            let later = state.waiting.split_off(&after);
            std::mem::replace(&mut state.waiting, later)
        };
        due.into_values().for_each(Waker::wake);
    }

    /// The next moment that somebody waits for.
    pub(super) fn next(&self) -> Option<SystemTime> {
        self.state().waiting.keys().next().map(|(moment, _)| *moment)
    }
}

impl Clock for Time {
    fn now(&self) -> SystemTime {
        if self.real { SystemTime::now() } else { self.state().now }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.until(self.now() + duration)
    }

    fn until(&self, moment: SystemTime) -> BoxFuture<'_, ()> {
        Box::pin(Until { time: self, moment, ticket: None })
    }

    fn within<'a>(
        &'a self,
        deadline: SystemTime,
        call: BoxFuture<'a, Result<Reply, CallError>>,
    ) -> BoxFuture<'a, Result<Reply, CallError>> {
        Box::pin(async move {
            match select(call, self.until(deadline)).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => Err(CallError::Unavailable("no answer in time".into())),
            }
        })
    }

    fn random(&self) -> u128 {
        self.state().random.u128(..)
    }
}

/// Waits for a moment.
struct Until<'a> {
    time: &'a Time,
    moment: SystemTime,
    ticket: Option<u64>,
}

impl Future for Until<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.time.now() >= self.moment {
            return Poll::Ready(());
        }
        let mut state = self.time.state();
        let ticket = self.ticket.unwrap_or_else(|| {
            state.tickets += 1;
            state.tickets
        });
        state.waiting.insert((self.moment, ticket), context.waker().clone());
        drop(state);
        self.ticket = Some(ticket);
        Poll::Pending
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.time.state().waiting.remove(&(self.moment, ticket));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_woken_when_the_moment_is_reached() {
        let start = SystemTime::UNIX_EPOCH;
        let time = Time::starting(start, 0);
        let waited = time.clone();
        let waiting = tokio::spawn(async move {
            waited.sleep(Duration::from_secs(5)).await;
            waited.now()
        });
        tokio::task::yield_now().await;
        assert_eq!(time.next(), Some(start + Duration::from_secs(5)));
        time.reach(start + Duration::from_secs(4));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        time.reach(start + Duration::from_secs(6));
        assert_eq!(waiting.await.unwrap(), start + Duration::from_secs(6));
        assert_eq!(time.next(), None);
    }

    #[test]
    fn who_no_longer_waits_is_forgotten() {
        let time = Time::starting(SystemTime::UNIX_EPOCH, 0);
        let mut wait = time.sleep(Duration::from_secs(1));
        let mut context = Context::from_waker(Waker::noop());
        assert!(wait.as_mut().poll(&mut context).is_pending());
        drop(wait);
        assert_eq!(time.next(), None);
    }
}
