//! A Kinesis event source mapping: which records are delivered when, and what becomes of them.
//!
//! It knows no functions and no clock: it is told the time and what came of a delivery. So each
//! rule of it can be tested alone.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html>

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::stream::{Record, hash};
use crate::manifest::KinesisTrigger;

#[cfg(test)]
mod tests;

/// The most bytes of a batch: those of a synchronous invocation, of which the frame around each
/// record takes some.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MOST_BYTES: usize = 6 * 1024 * 1024;

/// What a record is in a batch beside its data in base64.
const FRAME_BYTES: usize = 512;

/// How long a failed batch waits before it is delivered again: doubled each time, up to the
/// longest. AWS waits, too, and does not say how long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A mapping, with what it has still to deliver.
#[derive(Debug)]
pub(super) struct Mapping {
    batch_size: usize,
    window: Duration,
    parallelization: usize,
    attempts: u32,
    max_age: Duration,
    /// For each shard as many as batches of it may be under way at once.
    lanes: Vec<Lane>,
    /// The lane that is looked at first.
    first: usize,
}

/// Records that are delivered in their order.
#[derive(Debug, Default)]
struct Lane {
    /// What has not been delivered.
    queue: VecDeque<Arc<Record>>,
    /// What is to be delivered again, before the queue.
    again: VecDeque<Batch>,
    /// What is being delivered.
    under_way: Option<Batch>,
    /// Nothing is delivered before.
    not_before: Option<SystemTime>,
}

/// Records that are delivered together.
#[derive(Debug)]
struct Batch {
    records: Vec<Arc<Record>>,
    /// Deliveries that failed as a whole and could not be made smaller.
    retries: u32,
    /// Deliveries, of whatever kind.
    deliveries: u32,
}

/// What a mapping wants to be done.
#[derive(Debug)]
pub(super) enum Task {
    /// Invoke the function with the records, and tell the lane what came of it.
    Deliver(usize, Vec<Arc<Record>>),
    /// Put the records where they can be found.
    GiveUp(GivenUp),
}

/// What came of a delivery.
#[derive(Debug)]
pub(super) enum Answer {
    /// The function answered with these item identifiers.
    Failures(Vec<Option<String>>),
    /// The function failed.
    Failed,
}

/// What became of records.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) done: Vec<Arc<Record>>,
    pub(super) given_up: Option<GivenUp>,
}

/// Records that are not delivered again.
#[derive(Debug)]
pub(super) struct GivenUp {
    pub(super) records: Vec<Arc<Record>>,
    pub(super) condition: &'static str,
    pub(super) deliveries: u32,
}

impl Mapping {
    pub(super) fn new(declared: &KinesisTrigger, shards: usize) -> Self {
        let parallelization = declared.parallelization.max(1) as usize;
        let mut lanes = Vec::new();
        lanes.resize_with(shards.max(1) * parallelization, Lane::default);
        Self {
            batch_size: declared.batch_size.max(1) as usize,
            window: Duration::from_secs(declared.batching_window.into()),
            parallelization,
            attempts: declared.retry.attempts,
            max_age: Duration::from_secs(declared.retry.max_age.into()),
            lanes,
            first: 0,
        }
    }

    /// Takes a record of the stream. Those of one partition key stay in one lane.
    pub(super) fn add(&mut self, record: Arc<Record>) {
        let within = match self.parallelization {
            1 => 0,
            many => (hash(&record.partition_key) % many as u128) as usize,
        };
        let lane = record.shard * self.parallelization + within;
        self.lanes[lane].queue.push_back(record);
    }

    /// Something that can be done now.
    pub(super) fn task(&mut self, now: SystemTime) -> Option<Task> {
        let Self { batch_size, window, max_age, first, .. } = *self;
        // Each lane has its turn, also if there is never room for all.
        let (before, from) = self.lanes.split_at_mut(first);
        let lanes = from.iter_mut().zip(first..).chain(before.iter_mut().zip(0..));
        let (index, task) = lanes.into_iter().find_map(|(lane, index)| {
            if lane.due(batch_size, window).is_none_or(|due| due > now) {
                return None;
            }
            let mut batch = lane.again.pop_front().unwrap_or_else(|| lane.take(batch_size));
            lane.not_before = None;
            let old = batch.records.partition_point(|record| record.arrived + max_age < now);
            if old > 0 {
                let records = batch.records.drain(..old).collect();
                let given_up = batch.give_up(records, "MaximumRecordAgeExceeded");
                if !batch.records.is_empty() {
                    lane.again.push_front(batch);
                }
                return Some((index, Task::GiveUp(given_up)));
            }
            batch.deliveries += 1;
            let records = batch.records.clone();
            lane.under_way = Some(batch);
            Some((index, Task::Deliver(index, records)))
        })?;
        self.first = (index + 1) % self.lanes.len();
        Some(task)
    }

    /// How many records can be delivered now, or are being delivered.
    pub(super) fn pressing(&self, now: SystemTime) -> usize {
        let lanes = self.lanes.iter().filter(|lane| lane.not_before.is_none_or(|it| it <= now));
        lanes.map(Lane::open).sum()
    }

    /// When there is something to do next, if nothing else comes.
    pub(super) fn next(&self) -> Option<SystemTime> {
        self.lanes.iter().filter_map(|lane| lane.due(self.batch_size, self.window)).min()
    }

    /// Whether nothing is left to deliver.
    pub(super) fn is_idle(&self) -> bool {
        self.lanes
            .iter()
            .all(|lane| lane.queue.is_empty() && lane.again.is_empty() && lane.under_way.is_none())
    }

    /// How many records are not done.
    pub(super) fn open(&self) -> usize {
        self.lanes.iter().map(Lane::open).sum()
    }

    /// What a delivery came to. The lowest identifier is the checkpoint: what is before it is done,
    /// and all from it on is delivered again, whatever became of it.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>
    pub(super) fn settle(&mut self, lane: usize, answer: Answer, now: SystemTime) -> Settled {
        let attempts = self.attempts;
        let lane = &mut self.lanes[lane];
        let Some(mut batch) = lane.under_way.take() else { return Settled::default() };
        let mut settled = Settled::default();
        match answer {
            Answer::Failures(failures) => match batch.checkpoint(&failures) {
                // Of the record at the checkpoint nothing is known but that it failed.
                0 => settled.given_up = lane.failed(batch, attempts, now),
                all if all == batch.records.len() => settled.done = batch.records,
                done => {
                    settled.done = batch.records.drain(..done).collect();
                    lane.again.push_front(batch);
                }
            },
            Answer::Failed => settled.given_up = lane.failed(batch, attempts, now),
        }
        settled
    }
}

impl Lane {
    /// How many records are not done.
    fn open(&self) -> usize {
        let batches = self.under_way.iter().chain(&self.again);
        batches.map(|batch| batch.records.len()).sum::<usize>() + self.queue.len()
    }

    /// When its next batch is to be delivered.
    fn due(&self, batch_size: usize, window: Duration) -> Option<SystemTime> {
        if self.under_way.is_some() {
            return None;
        }
        let ready = match (self.again.front(), self.queue.front()) {
            (Some(_), _) => SystemTime::UNIX_EPOCH,
            (None, Some(first)) => {
                let full = self.queue.len() >= batch_size || self.size() >= MOST_BYTES;
                if full { first.arrived } else { first.arrived + window }
            }
            (None, None) => return None,
        };
        Some(self.not_before.map_or(ready, |not_before| ready.max(not_before)))
    }

    /// The bytes of what waits; only looked at where few records can be much.
    fn size(&self) -> usize {
        match self.queue.len() * FRAME_BYTES {
            few if few < MOST_BYTES => self.queue.iter().map(|record| bytes(record)).sum(),
            many => many,
        }
    }

    /// The next batch of what has not been delivered: at least a record.
    fn take(&mut self, batch_size: usize) -> Batch {
        let mut size = 0;
        let fit = self.queue.iter().take(batch_size).take_while(|record| {
            let first = size == 0;
            size += bytes(record);
            first || size <= MOST_BYTES
        });
        let count = fit.count();
        let records = self.queue.drain(..count).collect();
        Batch { records, retries: 0, deliveries: 0 }
    }

    /// A batch failed from its first record on. It is cut in half until it is one record, which
    /// costs none of the retries; that one is delivered again as often as the mapping says.
    ///
    /// That a batch of which the function reports the first record is halved like one that failed
    /// as a whole is not said by AWS in so many words; without it, what follows a record that can
    /// never succeed would be given up with it.
    fn failed(&mut self, mut batch: Batch, attempts: u32, now: SystemTime) -> Option<GivenUp> {
        if batch.records.len() > 1 {
            let rest = batch.records.split_off(batch.records.len() / 2);
            self.again.push_front(Batch { records: rest, ..batch });
            self.again.push_front(batch);
            return None;
        }
        if batch.retries >= attempts {
            let records = std::mem::take(&mut batch.records);
            return Some(batch.give_up(records, "RetryAttemptsExhausted"));
        }
        self.wait(batch.retries, now);
        batch.retries += 1;
        self.again.push_front(batch);
        None
    }

    fn wait(&mut self, before: u32, now: SystemTime) {
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(before)).min(LONGEST_WAIT);
        self.not_before = Some(now + wait);
    }
}

impl Batch {
    /// The position of the lowest record that failed; the end if none did. An identifier that is
    /// missing, empty or of no record of the batch means all of it.
    fn checkpoint(&self, failures: &[Option<String>]) -> usize {
        let position = |failure: &Option<String>| {
            let failed = failure.as_deref()?;
            self.records.iter().position(|record| record.sequence_number == failed)
        };
        let positions = failures.iter().map(|failure| position(failure).unwrap_or(0));
        positions.min().unwrap_or(self.records.len())
    }

    fn give_up(&self, records: Vec<Arc<Record>>, condition: &'static str) -> GivenUp {
        GivenUp { records, condition, deliveries: self.deliveries }
    }
}

/// The bytes of a record in a batch.
fn bytes(record: &Record) -> usize {
    record.data.len().div_ceil(3) * 4 + record.partition_key.len() + FRAME_BYTES
}
