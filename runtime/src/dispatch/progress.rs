//! How far the records of a batch are, and which may be begun.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
};

/// The records of a batch, by their position in it.
///
/// Those of one partition key make up a lane: they are begun one after the other, in order.
/// Different lanes know nothing of each other.
#[derive(Debug)]
pub(super) struct Progress {
    /// The lane of each record.
    lanes: Vec<usize>,
    /// Of each lane, the records that are not begun.
    waiting: Vec<VecDeque<usize>>,
    /// The next record of every lane that has none under way, the lowest first.
    next: BinaryHeap<Reverse<usize>>,
    /// Of each record, how much is not done: itself and each of its events.
    left: Vec<usize>,
    /// The lowest record that failed, or the number of records.
    stop: usize,
}

impl Progress {
    /// Nothing is begun of records with these partition keys.
    pub(super) fn new<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        let mut named = HashMap::new();
        let mut waiting: Vec<VecDeque<usize>> = Vec::new();
        let mut lanes = Vec::new();
        for (position, key) in keys.into_iter().enumerate() {
            let lane = *named.entry(key).or_insert(waiting.len());
            if lane == waiting.len() {
                waiting.push(VecDeque::new());
            }
            waiting[lane].push_back(position);
            lanes.push(lane);
        }
        let next = waiting.iter_mut().filter_map(VecDeque::pop_front).map(Reverse).collect();
        let count = lanes.len();
        Self { lanes, waiting, next, left: vec![1; count], stop: count }
    }

    /// The lane of a record.
    pub(super) fn lane(&self, position: usize) -> usize {
        self.lanes[position]
    }

    /// The lowest record that can be begun: none above one that failed, since all of them come
    /// again.
    pub(super) fn begin(&mut self) -> Option<usize> {
        if !self.may_begin() {
            return None;
        }
        self.next.pop().map(|Reverse(position)| position)
    }

    /// Whether a record can be begun.
    pub(super) fn may_begin(&self) -> bool {
        self.next.peek().is_some_and(|Reverse(position)| *position < self.stop)
    }

    /// The handler is done with a record, which published so many events.
    pub(super) fn handled(&mut self, position: usize, events: usize) {
        self.left[position] = events;
        let lane = self.lanes[position];
        self.next.extend(self.waiting[lane].pop_front().map(Reverse));
    }

    /// The bus has accepted an event of a record.
    pub(super) fn accepted(&mut self, position: usize) {
        self.left[position] -= 1;
    }

    /// A record failed, or the bus refused an event of it.
    pub(super) fn failed(&mut self, position: usize) {
        self.stop = self.stop.min(position);
    }

    /// The lowest record that failed, or the number of records.
    pub(super) fn stop(&self) -> usize {
        self.stop
    }

    /// The lowest record that is not complete.
    pub(super) fn checkpoint(&self) -> Option<usize> {
        self.left.iter().position(|left| *left > 0)
    }

    /// How many records are complete.
    pub(super) fn complete(&self) -> usize {
        self.left.iter().filter(|left| **left == 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_of_a_key_are_begun_one_after_the_other() {
        let mut progress = Progress::new(["a", "b", "a", "a"]);
        assert_eq!(
            [progress.begin(), progress.begin(), progress.begin()],
            [Some(0), Some(1), None]
        );
        progress.handled(0, 0);
        assert_eq!([progress.begin(), progress.begin()], [Some(2), None]);
        progress.handled(2, 0);
        assert_eq!(progress.begin(), Some(3));
        assert_eq!((progress.checkpoint(), progress.complete()), (Some(1), 2));
    }

    #[test]
    fn nothing_above_a_failure_is_begun_and_all_below_it_is() {
        let mut progress = Progress::new(["a", "b", "a", "b", "c"]);
        assert_eq!([progress.begin(), progress.begin()], [Some(0), Some(1)]);
        progress.failed(1);
        assert!(!progress.may_begin(), "record 4 of the key `c` is above it");
        progress.handled(0, 0);
        assert_eq!(progress.begin(), None, "and so is record 2");
        assert_eq!((progress.checkpoint(), progress.stop()), (Some(1), 1));
    }

    #[test]
    fn a_record_is_complete_when_its_events_are_accepted() {
        let mut progress = Progress::new(["a", "b"]);
        progress.begin();
        progress.begin();
        progress.handled(1, 0);
        progress.handled(0, 2);
        progress.accepted(0);
        assert_eq!(progress.checkpoint(), Some(0));
        progress.accepted(0);
        assert_eq!(progress.checkpoint(), None);
    }
}
