//! Exact decimal numbers, as DynamoDB has them: up to 38 digits, written as text.

use std::cmp::Ordering;

/// `digits × 10^-scale`, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    digits: i128,
    scale: i32,
}

impl Number {
    /// Reads a number; none if it is not one, has more than 38 digits, or is out of DynamoDB's
    /// range: 1E-130 to 9.9…E+125 in magnitude.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let sign_free = whole.trim_start_matches(['-', '+']);
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if sign_free.is_empty() || !all_digits(sign_free) || !all_digits(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_end_matches('0');
        if significant.bytes().all(|b| !(b'1'..=b'9').contains(&b)) {
            return Some(Self { digits: 0, scale: 0 });
        }
        let zeros = all.len() - significant.len();
        let digits: i128 = significant.parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?.checked_sub(i32::try_from(zeros).ok()?)?;
        let number = Self { digits, scale: places.checked_sub(exponent)? };
        number.fits().then_some(number)
    }

    fn fits(self) -> bool {
        self.digits.unsigned_abs() < 10u128.pow(38) && (-130..=125).contains(&self.magnitude())
    }

    /// The power of ten of the first digit; zero has none.
    fn magnitude(self) -> i64 {
        self.digits
            .unsigned_abs()
            .checked_ilog10()
            .map_or(i64::MIN, i64::from)
            .saturating_sub(self.scale.into())
    }

    fn normal(mut self) -> Self {
        if self.digits == 0 {
            return Self { digits: 0, scale: 0 };
        }
        while self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    /// Both numbers' digits at the same scale; none if they do not fit.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let scale = self.scale.max(other.scale);
        let raise = |n: Self| {
            let power = u32::try_from(scale - n.scale).ok()?;
            n.digits.checked_mul(10i128.checked_pow(power)?)
        };
        Some((raise(self)?, raise(other)?, scale))
    }

    /// The sum; none if it has too many digits.
    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        let sum = Self { digits: a.checked_add(b)?, scale }.normal();
        (sum.digits == 0 || sum.fits()).then_some(sum)
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// The number with the other sign.
    pub fn negated(self) -> Self {
        Self { digits: -self.digits, ..self }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.aligned(*other) {
            Some((a, b, _)) => a.cmp(&b),
            // They differ by so many places that signs and magnitudes decide.
            None => {
                let sign = self.digits.signum().cmp(&other.digits.signum());
                let size = self.magnitude().cmp(&other.magnitude());
                sign.then(if self.digits < 0 { size.reverse() } else { size })
            }
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match usize::try_from(self.scale) {
            Ok(0) => write!(f, "{}", self.digits),
            Ok(scale) => {
                let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = scale + 1);
                let (whole, fraction) = digits.split_at(digits.len() - scale);
                write!(f, "{}{whole}.{fraction}", if self.digits < 0 { "-" } else { "" })
            }
            Err(_) => write!(
                f,
                "{}{:0>zeros$}",
                self.digits,
                "",
                zeros = self.scale.unsigned_abs() as usize
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn equal_values_are_equal_however_written() {
        for (a, b) in [("1", "1.0"), ("1e3", "1000"), ("-0.5", "-5e-1"), ("0", "-0.00")] {
            assert_eq!(number(a), number(b), "{a} and {b}");
        }
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(number("0.1").plus(number("0.2")), Some(number("0.3")));
        assert_eq!(number("10").plus(number("3").negated()).unwrap().to_string(), "7");
        assert_eq!(number("-0.05").to_string(), "-0.05");
        assert_eq!(number("1e3").to_string(), "1000");
    }

    #[test]
    fn order_holds_across_magnitudes() {
        let ordered = [
            "-1e125", "-1e30", "-2", "-1e-30", "-1e-130", "0", "1e-130", "1e-50", "0.5", "2", "10",
            "1e37", "1e100",
        ];
        for pair in ordered.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn zeros_are_not_digits() {
        let long = format!("1{}", "0".repeat(100));
        assert_eq!(number(&long), number("1e100"));
        assert_eq!(number(&format!("0.{}1", "0".repeat(99))), number("1e-100"));
        assert_eq!(number("1.00").to_string(), "1");
    }

    #[test]
    fn other_text_is_no_number() {
        let digits = "1".repeat(39);
        let beyond = [digits.as_str(), "1e126", "1e-131", "1e2147483647", "1e-2147483648"];
        for text in ["", "-", "--1", "1.2.3", "0x10", "1e", "NaN", "١"].into_iter().chain(beyond) {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
