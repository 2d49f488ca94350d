//! Measured times, and how they are shown.

use std::{fs, time::Duration};

use serde_json::{Value, json};

/// Times of one thing, measured several times.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn add(&mut self, time: Duration) {
        self.0.push(time);
        self.0.sort();
    }

    /// The one in the middle; zero of none.
    pub(super) fn median(&self) -> Duration {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "median": self.median().as_secs_f64(),
            "all": self.0.iter().map(Duration::as_secs_f64).collect::<Vec<_>>(),
        })
    }

    /// The least and the most, as a cell of a table.
    pub(super) fn range(&self) -> String {
        match &self.0[..] {
            [] | [_] => "–".to_owned(),
            [least, .., most] => format!("{} to {}", text(*least), text(*most)),
        }
    }
}

/// A time with two or three digits that say something.
pub(super) fn text(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        10.0.. => format!("{seconds:.0} s"),
        1.0.. => format!("{seconds:.1} s"),
        0.1.. => format!("{seconds:.2} s"),
        0.01.. => format!("{:.0} ms", seconds * 1e3),
        0.001.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}

/// How many times as long one thing takes as another.
pub(super) fn ratio(time: Duration, other: Duration) -> String {
    let ratio = time.as_secs_f64() / other.as_secs_f64().max(f64::MIN_POSITIVE);
    if ratio < 10.0 { format!("{ratio:.1}×") } else { format!("{ratio:.0}×") }
}

/// A table in Markdown.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n", head.join(" | "));
    text += &format!("|{}\n", "---|".repeat(head.len()));
    for row in rows {
        text += &format!("| {} |\n", row.join(" | "));
    }
    text
}

/// The processor time of all children that have ended, and of theirs; none where the system does
/// not tell it in `/proc`.
pub(super) fn processor_time() -> Option<Duration> {
    children(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// `cutime` and `cstime`, in hundredths of a second.
///
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
fn children(stat: &str) -> Option<Duration> {
    // The name of the program may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks()? + ticks()?) * 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_with_what_they_are_known_to() {
        let mut times = Times::default();
        assert_eq!(times.median(), Duration::ZERO);
        for millis in [900, 12_340, 120] {
            times.add(Duration::from_millis(millis));
        }
        assert_eq!(text(times.median()), "0.90 s");
        assert_eq!(times.range(), "0.12 s to 12 s");
        assert_eq!(text(Duration::from_micros(2_345)), "2.3 ms");
        assert_eq!(text(Duration::from_micros(45)), "45 µs");
        assert_eq!(ratio(Duration::from_secs(3), Duration::from_secs(2)), "1.5×");
        assert_eq!(
            table(&["a", "b"], &[vec!["1".into(), "2".into()]]),
            "| a | b |\n|---|---|\n| 1 | 2 |\n"
        );
    }

    #[test]
    fn the_time_of_children_is_read() {
        let stat = "1 (a) b) S 2 3 4 5 6 7 8 9 10 11 12 13 150 50 20 0 1";
        assert_eq!(children(stat), Some(Duration::from_secs(2)));
        assert_eq!(children("nonsense"), None);
    }
}
