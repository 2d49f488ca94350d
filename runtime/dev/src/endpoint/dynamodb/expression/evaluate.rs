//! Whether a condition holds.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_dynamo::{
    AttributeValue::{self, B, Bs, L, M, N, Ns, S, Ss},
    Item,
};

use super::{
    super::value::{compare, equal, same_number, type_of},
    condition::{Comparator, Condition, Operand},
};

impl Condition {
    /// Whether it holds for an item; one that does not exist has no attributes.
    pub(in super::super) fn holds(&self, item: &Item) -> bool {
        match self {
            Condition::Compare(left, comparator, right) => {
                match (left.of(item), right.of(item)) {
                    (Some(left), Some(right)) => comparator.holds(&left, &right),
                    // What is missing is unequal to everything.
                    _ => *comparator == Comparator::Unequal,
                }
            }
            Condition::Between(operand, low, high) => {
                match (operand.of(item), low.of(item), high.of(item)) {
                    (Some(value), Some(low), Some(high)) => {
                        Comparator::GreaterOrEqual.holds(&value, &low)
                            && Comparator::LessOrEqual.holds(&value, &high)
                    }
                    _ => false,
                }
            }
            Condition::In(operand, among) => operand.of(item).is_some_and(|value| {
                among.iter().filter_map(|it| it.of(item)).any(|other| equal(&value, &other))
            }),
            Condition::Exists(path) => path.of(item).is_some(),
            Condition::Missing(path) => path.of(item).is_none(),
            Condition::Type(path, kind) => path.of(item).is_some_and(|it| type_of(it) == kind),
            Condition::BeginsWith(operand, prefix) => {
                match (operand.of(item).as_deref(), prefix.of(item).as_deref()) {
                    (Some(S(text)), Some(S(prefix))) => text.starts_with(prefix),
                    (Some(B(bytes)), Some(B(prefix))) => bytes.starts_with(prefix),
                    _ => false,
                }
            }
            Condition::Contains(operand, wanted) => match (operand.of(item), wanted.of(item)) {
                (Some(value), Some(wanted)) => contains(&value, &wanted),
                _ => false,
            },
            Condition::And(all) => all.iter().all(|it| it.holds(item)),
            Condition::Or(any) => any.iter().any(|it| it.holds(item)),
            Condition::Not(inner) => !inner.holds(item),
        }
    }
}

impl Operand {
    fn of<'a>(&'a self, item: &'a Item) -> Option<Cow<'a, AttributeValue>> {
        match self {
            Operand::Path(path) => path.of(item).map(Cow::Borrowed),
            Operand::Value(value) => Some(Cow::Borrowed(value)),
            Operand::Size(path) => size(path.of(item)?).map(|size| Cow::Owned(N(size.to_string()))),
        }
    }
}

impl Comparator {
    fn holds(self, left: &AttributeValue, right: &AttributeValue) -> bool {
        let order = |holds: fn(Ordering) -> bool| compare(left, right).is_some_and(holds);
        match self {
            Comparator::Equal => equal(left, right),
            Comparator::Unequal => !equal(left, right),
            Comparator::Less => order(Ordering::is_lt),
            Comparator::LessOrEqual => order(Ordering::is_le),
            Comparator::Greater => order(Ordering::is_gt),
            Comparator::GreaterOrEqual => order(Ordering::is_ge),
        }
    }
}

/// What `size` is of a value: the length of a text in UTF-16, the number of bytes or elements;
/// none of what has no size.
fn size(value: &AttributeValue) -> Option<usize> {
    Some(match value {
        S(text) => text.encode_utf16().count(),
        B(bytes) => bytes.len(),
        Ss(set) | Ns(set) => set.len(),
        Bs(set) => set.len(),
        L(list) => list.len(),
        M(map) => map.len(),
        _ => return None,
    })
}

fn contains(value: &AttributeValue, wanted: &AttributeValue) -> bool {
    match (value, wanted) {
        (S(text), S(part)) => text.contains(part),
        (B(bytes), B(part)) => part.is_empty() || bytes.windows(part.len()).any(|it| it == part),
        (Ss(set), S(wanted)) => set.contains(wanted),
        (Ns(set), N(wanted)) => set.iter().any(|it| same_number(it, wanted)),
        (Bs(set), B(wanted)) => set.contains(wanted),
        (L(list), wanted) => list.iter().any(|it| equal(it, wanted)),
        _ => false,
    }
}
