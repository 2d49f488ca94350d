//! Numbers read from their text, exactly.

/// A whole number of any Rust integer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integer {
    negative: bool,
    magnitude: u128,
}

/// Why a text is not a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotInteger {
    /// Not a number at all.
    Text,
    /// A number with a fraction.
    Fraction,
    /// More than 128 bits.
    Large,
}

impl Integer {
    /// Reads plain and exponent forms (`15`, `-15.00`, `1.5E1`), blanks around them ignored.
    pub(super) fn parse(text: &str) -> Result<Self, NotInteger> {
        match Self::plain(text) {
            Some(number) => Ok(number),
            None => Self::any(text),
        }
    }

    /// Reads what nearly every number is: few digits and nothing else.
    fn plain(text: &str) -> Option<Self> {
        let (negative, digits) = sign(text);
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let magnitude: u64 = digits.parse().ok().filter(|_| plain)?;
        Some(Self { negative: negative && magnitude > 0, magnitude: magnitude.into() })
    }

    fn any(text: &str) -> Result<Self, NotInteger> {
        let parts = Parts::split(text).ok_or(NotInteger::Text)?;
        let digits = [parts.whole, parts.fraction].concat();
        let significant = digits.trim_end_matches('0');
        let zeros = digits.len() - significant.len();
        let significant = significant.trim_start_matches('0');
        if significant.is_empty() {
            return Ok(Self { negative: false, magnitude: 0 });
        }
        // Lengths fit: a record has at most 10 MiB. The exponent saturates far above them.
        let scale = parts.exponent + zeros as i64 - parts.fraction.len() as i64;
        let scale = usize::try_from(scale).map_err(|_| NotInteger::Fraction)?;
        if significant.len() + scale > 39 {
            return Err(NotInteger::Large);
        }
        let plain = format!("{significant}{}", "0".repeat(scale));
        let magnitude = plain.parse().map_err(|_| NotInteger::Large)?;
        Ok(Self { negative: parts.negative, magnitude })
    }

    /// The number as a `T`, if it is in range.
    pub(super) fn get<T: TryFrom<i128> + TryFrom<u128>>(self) -> Option<T> {
        match self.negative {
            true => T::try_from(0i128.checked_sub_unsigned(self.magnitude)?).ok(),
            false => T::try_from(self.magnitude).ok(),
        }
    }
}

/// Whether a text is a number, which excludes the `inf` and `NaN` that Rust would read.
pub(super) fn is_number(text: &str) -> bool {
    Parts::split(text).is_some()
}

struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    /// Saturated to ±10⁹.
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (negative, unsigned) = sign(text.trim_ascii());
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, self::exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let any = !whole.is_empty() || !fraction.is_empty();
        (any && digits(whole) && digits(fraction)).then_some(Self {
            negative,
            whole,
            fraction,
            exponent,
        })
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn exponent(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX).min(1_000_000_000);
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::{Integer, NotInteger, is_number};

    fn i64_of(text: &str) -> Option<i64> {
        Integer::parse(text).ok()?.get()
    }

    #[test]
    fn whole_numbers_in_every_form() {
        for (text, number) in [
            ("0", 0),
            ("-0", 0),
            ("0e999999999999999999999", 0),
            ("00042", 42),
            (" +7 ", 7),
            ("15.00", 15),
            ("1.5E1", 15),
            ("1500e-2", 15),
            (".5e1", 5),
            ("1.234567890123456789E18", 1_234_567_890_123_456_789),
            ("9.223372036854775807E+18", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(i64_of(text), Some(number), "{text}");
        }
        let large = Integer::parse("340282366920938463463374607431768211455").unwrap();
        assert_eq!(large.get::<u128>(), Some(u128::MAX));
        assert_eq!(large.get::<i128>(), None);
        let small = Integer::parse("-170141183460469231731687303715884105728").unwrap();
        assert_eq!(small.get::<i128>(), Some(i128::MIN));
        assert_eq!(small.get::<u128>(), None);
    }

    #[test]
    fn plain_digits_are_read_as_any_other_form() {
        for text in ["0", "-0", "00", "7", "-7", "+7", "18446744073709551615"] {
            assert_eq!(Integer::plain(text), Integer::any(text).ok(), "{text}");
        }
        for text in ["", "-", "+", "--1", "-+1", " 7", "7.0", "18446744073709551616"] {
            assert_eq!(Integer::plain(text), None, "{text}");
        }
    }

    #[test]
    fn everything_else_says_why() {
        for text in ["", "-", ".", "1e", "e1", "1.2.3", "0x10", "inf", "NaN", "1 2", "1e1.0", "--1"]
        {
            assert_eq!(Integer::parse(text), Err(NotInteger::Text), "{text}");
            assert!(!is_number(text), "{text}");
        }
        for text in ["1.5", "15e-1", "1e-999999999999999999999"] {
            assert_eq!(Integer::parse(text), Err(NotInteger::Fraction), "{text}");
        }
        for text in ["1e39", "1e999999999999999999999", "340282366920938463463374607431768211456"] {
            assert_eq!(Integer::parse(text), Err(NotInteger::Large), "{text}");
        }
        assert_eq!(i64_of("9223372036854775808"), None);
    }
}
