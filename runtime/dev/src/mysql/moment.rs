//! Times as DMS writes them: RFC 3339, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, with microseconds.
pub(super) fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    of_unix(since.as_secs(), since.subsec_micros(), 6)
}

/// Seconds and microseconds since 1970, with some digits of the fraction.
pub(super) fn of_unix(seconds: u64, micros: u32, digits: u8) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let time = (second / 3600, second / 60 % 60, second % 60);
    of_parts((year, month, day), time, micros, digits)
}

/// A date and a time of the day, with some digits of the fraction.
pub(super) fn of_parts(
    (year, month, day): (u64, u64, u64),
    (hour, minute, second): (u64, u64, u64),
    micros: u32,
    digits: u8,
) -> String {
    let fraction = fraction(micros, digits);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The first digits of microseconds, after a dot.
pub(super) fn fraction(micros: u32, digits: u8) -> String {
    let all = format!(".{micros:06}");
    let end = usize::from(digits.min(6)) + 1;
    if digits == 0 { String::new() } else { all[..end].to_owned() }
}

/// The date of a day counted from 1970: `civil_from_days` of
/// <https://howardhinnant.github.io/date_algorithms.html>, for days that are not negative.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{fraction, of_unix};

    #[test]
    fn seconds_since_1970_are_a_date_and_a_time() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_673_849_912, "2023-01-16T06:18:32Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_294_967_295, "2106-02-07T06:28:15Z"),
        ] {
            assert_eq!(of_unix(seconds, 0, 0), text);
        }
        assert_eq!(of_unix(0, 45_000, 6), "1970-01-01T00:00:00.045000Z");
    }

    #[test]
    fn a_fraction_has_the_digits_of_its_column() {
        assert_eq!(fraction(123_456, 0), "");
        assert_eq!(fraction(123_400, 4), ".1234");
        assert_eq!(fraction(7, 6), ".000007");
    }
}
