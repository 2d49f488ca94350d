//! Values: what DynamoDB takes, and how it compares them.

use std::cmp::Ordering;

use esteira::__private::Number;
use serde_dynamo::AttributeValue::{self, B, Bool, Bs, L, M, N, Ns, Null, S, Ss};

use crate::endpoint::failure::{Failure, Outcome};

/// How deep lists and maps may lie in each other.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const LEVELS: usize = 32;

/// The most significant digits of a number.
const DIGITS: usize = 38;

/// The type of a value, as `attribute_type` and messages name it.
pub(super) fn type_of(value: &AttributeValue) -> &'static str {
    match value {
        S(_) => "S",
        N(_) => "N",
        B(_) => "B",
        Bool(_) => "BOOL",
        Null(_) => "NULL",
        Ss(_) => "SS",
        Ns(_) => "NS",
        Bs(_) => "BS",
        L(_) => "L",
        M(_) => "M",
    }
}

/// Fails if DynamoDB does not take a value; writes its numbers as DynamoDB would.
pub(super) fn accept(value: &mut AttributeValue) -> Outcome<()> {
    accept_at(value, 0)
}

fn accept_at(value: &mut AttributeValue, level: usize) -> Outcome<()> {
    if level > LEVELS {
        return Err(Failure::validation(
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
        ));
    }
    match value {
        S(_) | B(_) | Bool(_) => Ok(()),
        Null(true) => Ok(()),
        Null(false) => Err(invalid("Null attribute value types must have the value of true")),
        N(text) => {
            *text = number(text)?.to_string();
            Ok(())
        }
        Ns(set) => {
            for text in set.iter_mut() {
                *text = number(text)?.to_string();
            }
            accept_set("An number set ", set)
        }
        Ss(set) => accept_set("An string set ", set),
        Bs(set) => accept_set("Binary sets should not be empty", set),
        L(list) => list.iter_mut().try_for_each(|it| accept_at(it, level + 1)),
        M(map) => map.values_mut().try_for_each(|it| accept_at(it, level + 1)),
    }
}

fn accept_set<T: Ord + std::fmt::Debug>(what: &str, set: &[T]) -> Outcome<()> {
    if set.is_empty() {
        return Err(invalid(&format!("{what} may not be empty")));
    }
    let mut sorted: Vec<_> = set.iter().collect();
    sorted.sort();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid(&format!("Input collection {set:?} contains duplicates.")));
    }
    Ok(())
}

fn invalid(what: &str) -> Failure {
    Failure::validation(format!("One or more parameter values were invalid: {what}"))
}

/// Reads a number that a caller wrote.
pub(super) fn number(text: &str) -> Outcome<Number> {
    Number::parse(text).ok_or_else(|| {
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let is_number = text.parse::<f64>().is_ok() && mantissa.contains(|c: char| c.is_ascii_digit());
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        Failure::validation(if !is_number {
            format!("The parameter cannot be converted to a numeric value: {text}")
        } else if digits.trim_matches('0').len() > DIGITS {
            format!("Attempting to store more than {DIGITS} significant digits in a Number")
        } else if text.contains("e-") || text.contains("E-") {
            "Number underflow. Attempting to store a number with magnitude smaller than supported range".into()
        } else {
            "Number overflow. Attempting to store a number with magnitude larger than supported range".into()
        })
    })
}

/// The order of two values of one type that has an order: texts by their bytes, numbers, bytes.
pub(super) fn compare(a: &AttributeValue, b: &AttributeValue) -> Option<Ordering> {
    match (a, b) {
        (S(a), S(b)) => Some(a.cmp(b)),
        (N(a), N(b)) => Some(Number::parse(a)?.cmp(&Number::parse(b)?)),
        (B(a), B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether two values are equal: numbers by what they are worth, sets in any order.
pub(super) fn equal(a: &AttributeValue, b: &AttributeValue) -> bool {
    match (a, b) {
        (N(a), N(b)) => same_number(a, b),
        (Ss(a), Ss(b)) => same_set(a, b, |a, b| a == b),
        (Ns(a), Ns(b)) => same_set(a, b, |a, b| same_number(a, b)),
        (Bs(a), Bs(b)) => same_set(a, b, |a, b| a == b),
        (L(a), L(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (M(a), M(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

pub(super) fn same_number(a: &str, b: &str) -> bool {
    a == b || Number::parse(a).is_some_and(|a| Number::parse(b) == Some(a))
}

fn same_set<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(a, b)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn n(text: &str) -> AttributeValue {
        N(text.into())
    }

    #[test]
    fn numbers_are_written_as_dynamodb_writes_them() {
        for (text, expected) in
            [("1.00", "1"), ("007", "7"), ("1E3", "1000"), ("-0", "0"), ("+5", "5")]
        {
            let mut value = n(text);
            accept(&mut value).expect("is a number");
            assert_eq!(value, n(expected));
        }
    }

    #[test]
    fn what_dynamodb_does_not_take_is_refused_with_the_reason() {
        let deep = (0..40).fold(Null(true), |inner, _| L(vec![inner]));
        for (mut value, reason) in [
            (n("abc"), "cannot be converted"),
            (n(&"1".repeat(39)), "38 significant digits"),
            (n("1e126"), "overflow"),
            (n("1e-131"), "underflow"),
            (n("NaN"), "cannot be converted"),
            (Ns(vec!["1".into(), "1.0".into()]), "duplicates"),
            (Ss(vec![]), "may not be empty"),
            (Null(false), "must have the value of true"),
            (M(HashMap::from([("a".into(), n("x"))])), "cannot be converted"),
            (deep, "Nesting Levels"),
        ] {
            let failure = accept(&mut value).expect_err("is refused");
            assert!(failure.message.contains(reason), "{value:?}: {}", failure.message);
        }
    }

    #[test]
    fn equality_is_by_worth_and_sets_have_no_order() {
        assert!(equal(&n("1.0"), &n("1")));
        assert!(equal(&Ns(vec!["1".into(), "2".into()]), &Ns(vec!["2.0".into(), "1".into()])));
        assert!(equal(&L(vec![n("1")]), &L(vec![n("1.0")])));
        assert!(!equal(&n("1"), &S("1".into())));
        let long = "12345678901234567890123456789012345678";
        assert!(!equal(&n(long), &n(&long.replace("78", "79"))));
    }

    #[test]
    fn only_values_of_one_type_have_an_order() {
        assert_eq!(compare(&n("9"), &n("10")), Some(Ordering::Less));
        assert_eq!(compare(&S("9".into()), &S("10".into())), Some(Ordering::Greater));
        assert_eq!(compare(&n("9"), &S("10".into())), None);
        assert_eq!(compare(&Bool(true), &Bool(false)), None);
    }
}
