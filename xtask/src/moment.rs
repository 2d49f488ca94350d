//! A moment as AWS tells it in logs: milliseconds since 1970.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// A moment, in milliseconds since the beginning of 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(millis(since))
    }

    /// That long before.
    pub(crate) fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis(by)))
    }

    /// In whole seconds since 1970.
    pub(crate) fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// In UTC, as `2026-01-31T12:00:00.250Z` (RFC 3339).
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.seconds(), self.0.rem_euclid(1000));
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar.
///
/// Years begin in March here, so that the day that leap years have more is a year's last; 400 of
/// them are an era of always as many days.
fn civil(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day_of_month)
}

/// A time span as `30s`, `10m`, `2h` or `1d`.
///
/// # Errors
///
/// It is none of these.
pub(crate) fn parse_span(text: &str) -> Result<Duration, String> {
    let mistake = || "write a number with its unit, as `30s`, `10m`, `2h` or `1d`".to_owned();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(mistake()),
    };
    let number: u32 = number.parse().map_err(|_| mistake())?;
    Ok(Duration::from_secs(u64::from(number) * unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        let text = |seconds: i64| Moment(seconds * 1000 + 7).to_string();
        assert_eq!(text(0), "1970-01-01T00:00:00.007Z");
        assert_eq!(text(951_782_400), "2000-02-29T00:00:00.007Z");
        assert_eq!(text(1_709_251_199), "2024-02-29T23:59:59.007Z");
        assert_eq!(text(1_709_251_200), "2024-03-01T00:00:00.007Z");
        assert_eq!(text(4_107_542_400), "2100-03-01T00:00:00.007Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59.007Z");
    }

    #[test]
    fn the_calendar_agrees_with_counting_the_days() {
        let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let mut days = 0;
        for year in 1970..2405 {
            let february = if leap(year) { 29 } else { 28 };
            let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(lengths) {
                for day in 1..=length {
                    assert_eq!(civil(days), (year, month, day));
                    days += 1;
                }
            }
        }
    }

    #[test]
    fn a_span_has_a_unit() {
        assert_eq!(parse_span("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_span("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse_span("2h"), Ok(Duration::from_secs(7_200)));
        assert_eq!(parse_span("1d"), Ok(Duration::from_secs(86_400)));
        for text in ["", "10", "m", "1.5h", "-1m", "1w", "10 m", "ü", "99999999999d"] {
            assert!(parse_span(text).is_err(), "{text}");
        }
    }
}
