//! No more lines than anybody can read.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::totals::{Count, Hop, Totals};

/// The most lines a second.
const MOST: usize = 50;

/// Those of failures that there are on top of it: one among thousands of successes is to be seen.
const MOST_BAD: usize = 10;

const WINDOW: Duration = Duration::from_secs(1);

/// Lets so many lines through. In a second with more than that, and in the one after it, the others
/// are counted, and the counts of the second are shown at its end.
pub(super) struct Pace {
    began: Instant,
    /// Everything that was to be shown in this second.
    offered: usize,
    shown: usize,
    bad: usize,
    /// Log lines that were not.
    hidden_logs: usize,
    hidden: bool,
    /// The second before had too many: this one shows its counts alone.
    dense: bool,
    before: BTreeMap<Hop, Count>,
}

/// What there was in about a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Counted {
    Of(Hop, Count, Duration),
    /// Log lines that could not even be kept.
    Logs(usize),
}

impl Pace {
    pub(super) fn new(now: Instant, totals: &Totals) -> Self {
        Self {
            began: now,
            offered: 0,
            shown: 0,
            bad: 0,
            hidden_logs: 0,
            hidden: false,
            dense: false,
            before: totals.counts().collect(),
        }
    }

    /// Whether a line is shown.
    pub(super) fn admits(&mut self, is_bad: bool) -> bool {
        self.offered += 1;
        if !self.dense && self.shown < MOST {
            self.shown += 1;
            return true;
        }
        if is_bad && self.bad < MOST_BAD {
            self.bad += 1;
            return true;
        }
        self.hidden = true;
        false
    }

    pub(super) fn hide_logs(&mut self, number: usize) {
        self.hidden_logs += number;
        self.hidden = self.hidden || number > 0;
    }

    /// When counts are to be shown.
    pub(super) fn due(&self) -> Option<Instant> {
        self.hidden.then(|| self.began + WINDOW)
    }

    /// At the end of a second: what was not shown in it.
    pub(super) fn turn(&mut self, now: Instant, totals: &Totals) -> Vec<Counted> {
        if now - self.began < WINDOW { Vec::new() } else { self.end(now, totals) }
    }

    /// Ends a second, wherever in it.
    pub(super) fn end(&mut self, now: Instant, totals: &Totals) -> Vec<Counted> {
        let took = now - self.began;
        let after: BTreeMap<Hop, Count> = totals.counts().collect();
        let mut counted = Vec::new();
        if self.hidden {
            let since = |(hop, count): (&Hop, &Count)| {
                let before = self.before.get(hop).copied().unwrap_or_default();
                let since = count.since(before);
                (since != Count::default()).then_some(Counted::Of(*hop, since, took))
            };
            counted.extend(after.iter().filter_map(since));
            counted.extend((self.hidden_logs > 0).then_some(Counted::Logs(self.hidden_logs)));
        }
        *self = Self { dense: self.offered > MOST, before: after, ..Self::new(now, totals) };
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Names;

    fn totals() -> Totals {
        Totals::new(&Names { streams: vec!["Orders".into()], ..Names::default() })
    }

    #[test]
    fn what_is_too_much_for_a_second_is_counted_and_shown_at_its_end() {
        let (now, mut totals) = (Instant::now(), totals());
        let mut pace = Pace::new(now, &totals);
        let shown = (0..200).filter(|_| pace.admits(false)).count();
        totals.streams[0] += 200;
        assert_eq!(shown, 50);
        assert_eq!(pace.due(), Some(now + WINDOW));
        assert_eq!(pace.turn(now + WINDOW / 2, &totals), []);
        let count = Count { number: 200, ..Count::default() };
        let counted = pace.turn(now + WINDOW, &totals);
        assert_eq!(counted, [Counted::Of(Hop::Stream(0), count, WINDOW)]);
        assert_eq!(pace.due(), None);
    }

    #[test]
    fn after_a_second_of_too_much_only_failures_are_shown_until_there_is_less() {
        let (now, totals) = (Instant::now(), totals());
        let mut pace = Pace::new(now, &totals);
        (0..51).for_each(|_| _ = pace.admits(false));
        pace.turn(now + WINDOW, &totals);
        assert!(!pace.admits(false));
        assert_eq!((0..20).filter(|_| pace.admits(true)).count(), MOST_BAD);
        pace.turn(now + WINDOW * 2, &totals);
        assert!(pace.admits(false));
    }

    #[test]
    fn a_second_with_few_lines_has_no_counts() {
        let (now, mut totals) = (Instant::now(), totals());
        let mut pace = Pace::new(now, &totals);
        assert!(pace.admits(false));
        totals.streams[0] += 1;
        assert_eq!(pace.due(), None);
        assert_eq!(pace.turn(now + WINDOW, &totals), []);
    }
}
