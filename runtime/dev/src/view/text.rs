//! Numbers, times and names as people read them.

use std::time::{Duration, SystemTime};

use esteira::engine::Input;

/// The time of day, in UTC, to the millisecond.
pub(super) fn clock(at: SystemTime) -> String {
    let text = timestamp(at);
    text.get(11..23).unwrap_or(&text).to_owned()
}

/// RFC 3339, in UTC, to the millisecond.
pub(super) fn timestamp(at: SystemTime) -> String {
    humantime::format_rfc3339_millis(at).to_string()
}

/// A duration in three digits or fewer.
pub(super) fn took(took: Duration) -> String {
    let micros = took.as_micros();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..10_000 => format!("{:.1} ms", took.as_secs_f64() * 1e3),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..100_000_000 => format!("{:.1} s", took.as_secs_f64()),
        _ => format!("{} s", took.as_secs()),
    }
}

/// A number with its thousands apart.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something a second.
pub(super) fn rate(rate: f64) -> String {
    match rate {
        0.0 => "0".into(),
        ..10.0 => format!("{rate:.1}"),
        _ => number(rate.round() as u64),
    }
}

/// A number and a noun, in the right form.
pub(super) fn of(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// What a function is given.
pub(super) fn input(input: &Input) -> String {
    match input {
        Input::Records(number) => of(*number as u64, "record"),
        Input::Event(detail_type) => detail_type.clone(),
    }
}

/// Eight characters by which a trace is known: the first that are random.
pub(super) fn trace(header: &str) -> &str {
    let root = header.split(';').find_map(|part| part.strip_prefix("Root=")).unwrap_or(header);
    let random = root.splitn(3, '-').nth(2).unwrap_or(root);
    random.char_indices().nth(8).map_or(random, |(end, _)| &random[..end])
}

/// Text in one line without what would move the cursor.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_are_short() {
        let told = [0, 999, 1_000, 1_234_567].map(number);
        assert_eq!(told, ["0", "999", "1,000", "1,234,567"]);
        let told =
            [950, 3_140, 12_900, 1_250_000, 120_000_000].map(|it| took(Duration::from_micros(it)));
        assert_eq!(told, ["950 µs", "3.1 ms", "12 ms", "1.2 s", "120 s"]);
        assert_eq!([0.0, 0.25, 1234.5].map(rate), ["0", "0.2", "1,235"]);
    }

    #[test]
    fn a_trace_is_known_by_what_is_random_of_it() {
        assert_eq!(trace("Root=1-65a1b2c3-3f2a91c4aabbccddeeff0011;Sampled=1"), "3f2a91c4");
        assert_eq!(trace("own"), "own");
        assert_eq!(trace("äääääääääää"), "ääääääää");
    }
}
