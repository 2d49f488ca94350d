//! What is counted in an invocation.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Records that the invocation was given.
pub(crate) const RECORDS_RECEIVED: &str = "RecordsReceived";
/// Records that are complete: they do not come again.
pub(crate) const RECORDS_COMPLETED: &str = "RecordsCompleted";
/// Records that failed. (Those behind them come again without having failed.)
pub(crate) const RECORDS_FAILED: &str = "RecordsFailed";
/// Records that are none of the handler's business.
pub(crate) const RECORDS_SKIPPED: &str = "RecordsSkipped";
/// Events that the bus accepted.
pub(crate) const EVENTS_PUBLISHED: &str = "EventsPublished";
/// Events that were sent again, once for each time.
pub(crate) const EVENTS_REPEATED: &str = "EventsRepeated";
/// Events that the bus did not accept.
pub(crate) const EVENTS_REFUSED: &str = "EventsRefused";

/// Counters by their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics(Arc<Mutex<BTreeMap<Cow<'static, str>, u64>>>);

impl Metrics {
    fn counts(&self) -> MutexGuard<'_, BTreeMap<Cow<'static, str>, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts.
    pub(crate) fn add(&self, name: impl Into<Cow<'static, str>>, number: usize) {
        if number > 0 {
            let mut counts = self.counts();
            let count = counts.entry(name.into()).or_default();
            *count = count.saturating_add(number as u64);
        }
    }

    /// What was counted under a name.
    pub(crate) fn get(&self, name: &str) -> u64 {
        self.counts().get(name).copied().unwrap_or_default()
    }

    /// Everything that was counted.
    pub(crate) fn all(&self) -> Vec<(Cow<'static, str>, u64)> {
        self.counts().iter().map(|(name, count)| (name.clone(), *count)).collect()
    }
}
