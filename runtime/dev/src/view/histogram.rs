//! How long things took, without each of them kept.

use std::time::Duration;

/// The parts that each power of two is cut into: a quantile is off by a sixteenth at most.
const PARTS: usize = 16;
const PARTS_BITS: u32 = PARTS.ilog2();

/// Counts of durations, by their size.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    number: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; place(u64::MAX) + 1], number: 0 }
    }
}

impl Histogram {
    pub(super) fn add(&mut self, took: Duration) {
        self.counts[place(u64::try_from(took.as_micros()).unwrap_or(u64::MAX))] += 1;
        self.number += 1;
    }

    /// What this share of them took at most; none of nothing.
    pub(super) fn quantile(&self, share: f64) -> Option<Duration> {
        let rank = (share * self.number as f64).ceil().max(1.0) as u64;
        let mut below = 0;
        let place = self.counts.iter().position(|count| {
            below += count;
            below >= rank
        })?;
        Some(Duration::from_micros(longest(place)))
    }
}

/// Where a number of microseconds is counted.
fn place(micros: u64) -> usize {
    let power = micros.max(1).ilog2();
    if power < PARTS_BITS {
        return micros as usize;
    }
    let shift = power - PARTS_BITS;
    (shift as usize + 1) * PARTS + (micros >> shift) as usize - PARTS
}

/// The longest that is counted in a place.
fn longest(place: usize) -> u64 {
    if place < PARTS {
        return place as u64;
    }
    let shift = (place / PARTS - 1) as u32;
    let part = (place % PARTS + PARTS) as u64;
    (part << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_in_a_place_that_is_a_sixteenth_of_it_wide_at_most() {
        let mut last = None;
        for micros in (0..100_000).chain([u64::from(u32::MAX), u64::MAX / 3, u64::MAX]) {
            let at = place(micros);
            assert!(longest(at) >= micros, "{micros}");
            assert!(longest(at) - micros <= micros / PARTS as u64, "{micros}");
            assert!(last <= Some(at), "{micros}");
            last = Some(at);
        }
    }

    #[test]
    fn a_quantile_is_what_so_many_took_at_most() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), None);
        (1..=100).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        for (share, ms) in [(0.0, 1.0), (0.5, 50.0), (0.99, 99.0), (1.0, 100.0)] {
            let found = histogram.quantile(share).unwrap().as_secs_f64() * 1000.0;
            assert!(found >= ms && found <= ms * 1.0626, "{share}: {found}");
        }
    }
}
