//! Following a log: reading again what may have come late, and showing nothing twice.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use super::Line;
use crate::moment::Moment;

/// How much later than its time a line may be found.
const LATE: Duration = Duration::from_secs(30);

/// How far another clock may be ahead of this machine's, in milliseconds.
const AHEAD: i64 = 3_600_000;

/// The lines of one log that were shown, as far back as is read again.
#[derive(Debug)]
pub(crate) struct Seen {
    /// From when on is read next. It never goes back, so what is before it can be forgotten.
    from: Moment,
    /// The ids of the lines since then, with their times.
    ids: BTreeMap<String, Moment>,
}

impl Seen {
    /// Nothing yet, of a log that is followed from a moment on.
    pub(crate) fn new(start: Moment) -> Self {
        Self { from: start, ids: BTreeMap::new() }
    }

    /// The time to read next, up to where no line can be whatever this machine's clock says.
    pub(crate) fn next(&self, now: Moment) -> RangeInclusive<Moment> {
        self.from..=Moment(now.0 + AHEAD).max(self.from)
    }

    /// Takes note of what was read, and leaves what is new. What may have come late is read again,
    /// as the newest line tells; if there was `more` than was read, the rest is, from the last line
    /// on.
    pub(crate) fn keep_new(&mut self, lines: &mut Vec<Line<'_>>, more: bool) {
        self.from = match lines.iter().map(|line| line.time).max() {
            // All of them in one millisecond: the rest of it is lost, or nothing else is read.
            Some(last) if more && last <= self.from => Moment(self.from.0 + 1),
            Some(last) if more => last,
            Some(last) => last.before(LATE).max(self.from),
            None => self.from,
        };
        lines.retain(|line| self.ids.insert(line.id.clone(), line.time).is_none());
        self.ids.retain(|_, time| *time >= self.from);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Source, *};

    fn lines<'a>(source: &'a Source, times: &[(i64, &str)]) -> Vec<Line<'a>> {
        let line = |(time, id): &(i64, &str)| Line {
            source,
            id: (*id).into(),
            time: Moment(*time),
            text: String::new(),
        };
        times.iter().map(line).collect()
    }

    fn ids(lines: &[Line<'_>]) -> Vec<String> {
        lines.iter().map(|line| line.id.clone()).collect()
    }

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_line_is_shown_once_and_one_that_comes_late_is_shown() {
        let source = Source { handler: "a".into(), group: "g".into(), position: 0 };
        let mut seen = Seen::new(Moment(MINUTE));
        assert_eq!(seen.next(Moment(2 * MINUTE)), Moment(MINUTE)..=Moment(2 * MINUTE + AHEAD));
        let mut read = lines(&source, &[(MINUTE + 1, "a"), (2 * MINUTE - 1, "b")]);
        seen.keep_new(&mut read, false);
        assert_eq!(ids(&read), ["a", "b"]);

        let next = seen.next(Moment(2 * MINUTE + 5));
        assert_eq!(*next.start(), Moment(2 * MINUTE - 1 - 30_000));
        let mut read = lines(&source, &[(2 * MINUTE - 2, "late"), (2 * MINUTE - 1, "b")]);
        seen.keep_new(&mut read, false);
        assert_eq!(ids(&read), ["late"]);
    }

    #[test]
    fn what_was_cut_off_is_read_next() {
        let source = Source { handler: "a".into(), group: "g".into(), position: 0 };
        let mut seen = Seen::new(Moment(0));
        let mut read = lines(&source, &[(1, "a"), (MINUTE, "b")]);
        seen.keep_new(&mut read, true);
        assert_eq!(*seen.next(Moment(9 * MINUTE)).start(), Moment(MINUTE));
        let mut read = lines(&source, &[(MINUTE, "b"), (MINUTE, "c")]);
        seen.keep_new(&mut read, true);
        assert_eq!(ids(&read), ["c"]);
        assert_eq!(*seen.next(Moment(9 * MINUTE)).start(), Moment(MINUTE + 1));
    }

    #[test]
    fn what_is_not_read_again_is_forgotten() {
        let source = Source { handler: "a".into(), group: "g".into(), position: 0 };
        let mut seen = Seen::new(Moment(0));
        for minute in 0..100 {
            let id = minute.to_string();
            let mut read = lines(&source, &[(minute * MINUTE, &id)]);
            seen.keep_new(&mut read, false);
            assert_eq!(ids(&read), [id]);
        }
        assert_eq!(seen.ids.len(), 1);
    }
}
