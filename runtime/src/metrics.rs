//! What is counted in an invocation.

use std::{
    borrow::Cow,
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

/// Counters by their names, in the order of these.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics(Arc<Mutex<Vec<Counter>>>);

type Counter = (Cow<'static, str>, u64);

/// Where a counter is, or is to be.
fn find(counts: &[Counter], name: &str) -> Result<usize, usize> {
    counts.binary_search_by(|(own, _)| (**own).cmp(name))
}

impl Metrics {
    fn counts(&self) -> MutexGuard<'_, Vec<Counter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts.
    pub(crate) fn add(&self, name: impl Into<Cow<'static, str>>, number: usize) {
        if number > 0 {
            let (name, number) = (name.into(), number as u64);
            let mut counts = self.counts();
            match find(&counts, &name) {
                Ok(at) => counts[at].1 = counts[at].1.saturating_add(number),
                Err(at) => counts.insert(at, (name, number)),
            }
        }
    }

    /// What was counted under a name.
    pub(crate) fn get(&self, name: &str) -> u64 {
        let counts = self.counts();
        find(&counts, name).map_or(0, |at| counts[at].1)
    }

    /// Everything that was counted.
    pub(crate) fn all(&self) -> Vec<Counter> {
        self.counts().clone()
    }
}
