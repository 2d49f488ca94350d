//! How much there is a second.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::view::totals::{Hop, Totals};

/// What a rate is of.
const WINDOW: Duration = Duration::from_secs(1);

/// The numbers of the last second.
#[derive(Debug, Default)]
pub(super) struct Rates {
    looked: Option<Instant>,
    before: BTreeMap<Hop, u64>,
    rates: BTreeMap<Hop, f64>,
}

impl Rates {
    /// Looks at the totals, once a second.
    pub(super) fn look(&mut self, now: Instant, totals: &Totals) {
        let took = self.looked.map(|looked| now - looked);
        if took.is_some_and(|took| took < WINDOW) {
            return;
        }
        let after: BTreeMap<Hop, u64> =
            totals.counts().map(|(hop, count)| (hop, count.number)).collect();
        let seconds = took.unwrap_or(WINDOW).as_secs_f64();
        let rate = |(hop, number): (&Hop, &u64)| {
            let before = self.before.get(hop).copied().unwrap_or_default();
            (*hop, (number - before) as f64 / seconds)
        };
        self.rates = after.iter().map(rate).collect();
        (self.before, self.looked) = (after, Some(now));
    }

    pub(super) fn of(&self, hop: Hop) -> f64 {
        self.rates.get(&hop).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Names;

    #[test]
    fn a_rate_is_of_the_last_second_and_stays_until_the_next() {
        let mut totals = Totals::new(&Names { streams: vec!["Orders".into()], ..Names::default() });
        let (now, mut rates) = (Instant::now(), Rates::default());
        rates.look(now, &totals);
        totals.streams[0] = 300;
        rates.look(now + WINDOW / 2, &totals);
        assert_eq!(rates.of(Hop::Stream(0)), 0.0);
        rates.look(now + WINDOW * 2, &totals);
        assert_eq!(rates.of(Hop::Stream(0)), 150.0);
        rates.look(now + WINDOW * 3, &totals);
        assert_eq!(rates.of(Hop::Stream(0)), 0.0);
    }
}
