//! Numbers, as AWS compares them: as doubles, where a double says the same as the digits do.

use serde_json::Number;

/// The largest integer up to which a double holds each.
const EXACT: u64 = 1 << 53;

/// The double that a number in JSON is compared as.
///
/// None if it is out of a double's range, or if the shortest digits that make this double are not
/// the same number: then a double would compare what is not there.
pub(crate) fn comparable(text: &str) -> Option<f64> {
    let double: f64 = text.parse().ok()?;
    let same = double.is_finite() && decimal(text)? == decimal(&format!("{double:e}"))?;
    // There is no negative zero in a decimal.
    same.then_some(double + 0.0)
}

/// The double that a number of an event is compared as.
pub(crate) fn of_event(number: &Number) -> Option<f64> {
    match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) if integer.unsigned_abs() <= EXACT => Some(integer as f64),
        (None, None) => number.as_f64().map(|double| double + 0.0),
        _ => comparable(&number.to_string()),
    }
}

/// A number in JSON as its sign, its significant digits, and the power of ten that they are a
/// fraction of.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let exponent = i64::from(exponent.parse::<i32>().ok()?) + i64::try_from(whole.len()).ok()?
        - i64::try_from(digits.len() - significant.len()).ok()?;
    let significant = significant.trim_end_matches('0');
    Some(if significant.is_empty() {
        (false, String::new(), 0)
    } else {
        (negative, significant.to_owned(), exponent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_comparable_if_a_double_says_the_same() {
        for (text, double) in [
            ("10", 10.0),
            ("10.0", 10.0),
            ("1e1", 10.0),
            ("0.1E+2", 10.0),
            ("-0.0", 0.0),
            ("0.30000000000000004", 0.300_000_000_000_000_04),
            ("9007199254740993.0e0", f64::NAN),
            ("9007199254740992", 9_007_199_254_740_992.0),
        ] {
            assert_eq!(comparable(text), Some(double).filter(|d| !d.is_nan()), "{text}");
        }
        let zero = comparable("-0").expect("is comparable");
        assert!(zero.is_sign_positive());
    }

    #[test]
    fn a_number_that_a_double_rounds_is_not_comparable() {
        for text in [
            "9007199254740993",
            "0.1000000000000000055",
            "1e400",
            "1e-400",
            // A double holds it, but its shortest digits are those of another number.
            "1152921504606846976",
            "36893488147419103232",
            "1e99999999999",
        ] {
            assert_eq!(comparable(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_of_an_event_is_compared_as_that_of_a_pattern() {
        for text in ["5", "-5", "5.5", "9007199254740993", "1152921504606846976", "-0.0", "1e300"] {
            let number = serde_json::from_str(text).expect("is a number");
            assert_eq!(of_event(&number), comparable(text), "{text}");
        }
    }
}
