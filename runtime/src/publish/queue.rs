//! The published events of a batch, and which of them leave together.

use std::collections::VecDeque;

use super::{MOST_BYTES, MOST_ENTRIES, Queued};

/// Events that wait for a call, in the order in which their records were handled.
///
/// Events of one lane are never in two calls at once, so that they reach the bus in the order in
/// which they were published.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Waiting>,
    /// By their numbers.
    lanes: Vec<Lane>,
    /// How many of those that wait could leave now: they are in no busy lane.
    free: usize,
}

/// Events that leave one after the other.
#[derive(Clone, Default)]
struct Lane {
    /// How many of them wait.
    waiting: usize,
    /// Whether one is in a call.
    busy: bool,
}

/// An event, and the record that published it.
pub(crate) struct Waiting {
    /// The record's position in its batch.
    pub(crate) position: usize,
    pub(crate) lane: usize,
    pub(crate) event: Queued,
}

impl Queue {
    /// Adds what the record at `position` published.
    pub(crate) fn add(&mut self, position: usize, lane: usize, events: Vec<Queued>) {
        if self.lanes.len() <= lane {
            self.lanes.resize(lane + 1, Lane::default());
        }
        let its = &mut self.lanes[lane];
        its.waiting += events.len();
        if !its.busy {
            self.free += events.len();
        }
        self.waiting.extend(events.into_iter().map(|event| Waiting { position, lane, event }));
    }

    /// The events of the next call: as many as fit, or none if it would not be full, unless
    /// `partly`.
    pub(crate) fn next_call(&mut self, partly: bool) -> Option<Vec<Waiting>> {
        if self.free == 0 || (self.free < MOST_ENTRIES && !partly) {
            return None;
        }
        let mut call: Vec<Waiting> = Vec::new();
        let mut bytes = 0;
        // What is passed over stays in front, in its order.
        let mut kept = Vec::new();
        while let Some(next) = self.waiting.pop_front() {
            if self.lanes[next.lane].busy {
                kept.push(next);
                continue;
            }
            bytes += next.event.entry.size();
            // A single event is below the limit: that was checked when it was published.
            if !call.is_empty() && (call.len() == MOST_ENTRIES || bytes >= MOST_BYTES) {
                kept.push(next);
                break;
            }
            self.lanes[next.lane].waiting -= 1;
            self.free -= 1;
            call.push(next);
        }
        for passed in kept.into_iter().rev() {
            self.waiting.push_front(passed);
        }
        for event in &call {
            let lane = &mut self.lanes[event.lane];
            if !std::mem::replace(&mut lane.busy, true) {
                self.free -= lane.waiting;
            }
        }
        Some(call)
    }

    /// A call with events of these lanes has ended.
    pub(crate) fn ended(&mut self, lanes: impl IntoIterator<Item = usize>) {
        for lane in lanes {
            let lane = &mut self.lanes[lane];
            if std::mem::replace(&mut lane.busy, false) {
                self.free += lane.waiting;
            }
        }
    }

    /// Forgets the events of all records from `position` on.
    pub(crate) fn forget(&mut self, position: usize) {
        self.waiting.retain(|event| {
            let stays = event.position < position;
            if !stays {
                let lane = &mut self.lanes[event.lane];
                lane.waiting -= 1;
                if !lane.busy {
                    self.free -= 1;
                }
            }
            stays
        });
    }
}
