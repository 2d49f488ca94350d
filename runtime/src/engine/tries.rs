//! Something that is handed over, again if it has to be, and given up at last.
//!
//! It is what a bus does for the target of a rule, and what Lambda does for a function that is
//! invoked asynchronously: the waits between two tries and the reasons to give up differ.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, SystemTime},
};

use crate::manifest::Retry;

/// How often, and when, something is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy {
    pub(super) retry: Retry,
    /// The wait after so many failures.
    pub(super) wait: fn(u32) -> Duration,
    /// Why it is given up after its last try.
    pub(super) exhausted: &'static str,
    /// Why it is given up when it is too old.
    pub(super) too_old: &'static str,
}

/// A function that fails is run again after one minute, and after two more.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
pub(super) fn asynchronous(retry: Retry) -> Policy {
    Policy {
        retry,
        wait: |failures| Duration::from_secs(60 * u64::from(failures)),
        exhausted: "RetriesExhausted",
        too_old: "EventAgeExceeded",
    }
}

/// A bus that cannot hand an event over tries again with exponential backoff, for which AWS names
/// no figures.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html>
pub(super) fn delivery(retry: Retry) -> Policy {
    Policy {
        retry,
        wait: |failures| Duration::from_secs(2_u64.saturating_pow(failures.min(10)).min(900)),
        exhausted: "MaximumRetryAttempts",
        too_old: "MaximumEventAgeInSeconds",
    }
}

/// What is to be handed over.
#[derive(Debug)]
pub(super) struct Tries<T> {
    policy: Policy,
    /// Now, in order.
    ready: VecDeque<Try<T>>,
    /// Later, by when.
    later: BTreeMap<(SystemTime, u64), Try<T>>,
    ticket: u64,
}

/// Something on its way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Try<T> {
    pub(super) what: T,
    /// When it was accepted.
    pub(super) since: SystemTime,
    /// Tries that failed.
    pub(super) failures: u32,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// It may succeed another time.
    Failed,
    /// It can never succeed.
    Refused,
}

/// What is to be done with something.
#[derive(Debug, PartialEq)]
pub(super) enum Task<T> {
    Try(Try<T>),
    GiveUp(Try<T>, &'static str),
}

impl<T> Tries<T> {
    pub(super) fn new(policy: Policy) -> Self {
        Self { policy, ready: VecDeque::new(), later: BTreeMap::new(), ticket: 0 }
    }

    pub(super) fn accept(&mut self, what: T, since: SystemTime) {
        self.ready.push_back(Try { what, since, failures: 0 });
    }

    /// Something to be done now. Unless `free`, nothing can be tried; what is too old is still
    /// given up.
    pub(super) fn task(&mut self, now: SystemTime, free: bool) -> Option<Task<T>> {
        while let Some(due) = self.later.first_entry().filter(|entry| entry.key().0 <= now) {
            self.ready.push_back(due.remove());
        }
        let age = Duration::from_secs(self.policy.retry.max_age.into());
        if self.ready.front()?.since + age < now {
            let old = self.ready.pop_front()?;
            return Some(Task::GiveUp(old, self.policy.too_old));
        }
        free.then(|| self.ready.pop_front().map(Task::Try)).flatten()
    }

    /// When something is due that is not yet.
    pub(super) fn next(&self) -> Option<SystemTime> {
        self.later.keys().next().map(|(moment, _)| *moment)
    }

    pub(super) fn is_idle(&self) -> bool {
        self.ready.is_empty() && self.later.is_empty()
    }

    /// How much can be tried now.
    pub(super) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// How much waits, for now or later.
    pub(super) fn open(&self) -> usize {
        self.ready.len() + self.later.len()
    }

    /// What came of a try; if it is given up, why.
    pub(super) fn settle(
        &mut self,
        mut tried: Try<T>,
        outcome: Outcome,
        now: SystemTime,
    ) -> Option<(Try<T>, &'static str)> {
        let wait = match outcome {
            Outcome::Done => return None,
            Outcome::Refused => return Some((tried, "")),
            Outcome::Failed if tried.failures >= self.policy.retry.attempts => {
                return Some((tried, self.policy.exhausted));
            }
            Outcome::Failed => {
                tried.failures += 1;
                (self.policy.wait)(tried.failures)
            }
        };
        self.ticket += 1;
        self.later.insert((now + wait, self.ticket), tried);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn tried<T: std::fmt::Debug>(tries: &mut Tries<T>, now: SystemTime) -> Try<T> {
        match tries.task(now, true) {
            Some(Task::Try(tried)) => tried,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_function_that_fails_is_run_again_after_one_minute_and_after_two_more() {
        let mut tries = Tries::new(asynchronous(Retry { attempts: 2, max_age: 21_600 }));
        tries.accept("event", at(0));
        let first = tried(&mut tries, at(0));
        assert_eq!(tries.settle(first, Outcome::Failed, at(1)), None);
        assert_eq!(tries.next(), Some(at(61)));
        assert_eq!(tries.task(at(60), true), None);
        let second = tried(&mut tries, at(61));
        tries.settle(second, Outcome::Failed, at(62));
        assert_eq!(tries.next(), Some(at(182)));
        let third = tried(&mut tries, at(182));
        let (given_up, why) = tries.settle(third, Outcome::Failed, at(183)).expect("is given up");
        assert_eq!((given_up.failures, why), (2, "RetriesExhausted"));
        assert!(tries.is_idle());
    }

    #[test]
    fn an_event_that_waits_too_long_is_given_up_untried() {
        let mut tries = Tries::new(asynchronous(Retry { attempts: 2, max_age: 60 }));
        tries.accept("event", at(0));
        assert_eq!(tries.task(at(60), false), None, "nobody is free");
        let given_up = tries.task(at(61), false);
        assert!(matches!(given_up, Some(Task::GiveUp(_, "EventAgeExceeded"))), "{given_up:?}");
    }

    #[test]
    fn a_bus_gives_up_after_its_attempts_or_its_age() {
        let mut tries = Tries::new(delivery(Retry { attempts: 3, max_age: 86_400 }));
        tries.accept("event", at(0));
        let mut now = at(0);
        let why = loop {
            let failed = tried(&mut tries, now);
            match tries.settle(failed, Outcome::Failed, now) {
                Some((_, why)) => break why,
                None => now = tries.next().unwrap(),
            }
        };
        assert_eq!(why, "MaximumRetryAttempts");
        assert_eq!(now, at(2 + 4 + 8));

        let mut tries = Tries::new(delivery(Retry { attempts: 185, max_age: 60 }));
        tries.accept("event", at(0));
        let mut now = at(0);
        let why = loop {
            match tries.task(now, true).expect("is due") {
                Task::GiveUp(_, why) => break why,
                Task::Try(failed) => assert_eq!(tries.settle(failed, Outcome::Failed, now), None),
            }
            now = tries.next().unwrap();
        };
        assert_eq!(why, "MaximumEventAgeInSeconds");
    }

    #[test]
    fn what_can_never_succeed_is_given_up_at_once() {
        let mut tries = Tries::new(delivery(Retry { attempts: 185, max_age: 86_400 }));
        tries.accept("event", at(0));
        let refused = tried(&mut tries, at(0));
        assert!(tries.settle(refused, Outcome::Refused, at(0)).is_some());
    }
}
