//! Times as clients write and read them.

use std::time::{Duration, SystemTime};

/// Seconds since 1970 with a fraction of milliseconds.
pub(super) fn seconds(time: SystemTime) -> f64 {
    milliseconds(time) as f64 / 1000.0
}

/// Milliseconds since 1970; a time before that is its beginning.
pub(super) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The time that many seconds after 1970; none if there is no such time.
pub(super) fn from_seconds(seconds: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_is_none() {
        for seconds in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(from_seconds(seconds), None);
        }
        assert_eq!(from_seconds(1.5).map(milliseconds), Some(1500));
    }
}
