//! Updates carried out.

use serde_dynamo::{
    AttributeValue::{self, Bs, L, M, N, Ns, Ss},
    Item,
};

use super::{
    super::value::{number, same_number},
    path::{Path, Step},
    update::{Formula, Update},
};
use crate::endpoint::failure::{Failure, Outcome};

impl Update {
    /// The item after the update. Every operand is read from the item as it was.
    pub(in super::super) fn apply(&self, before: &Item) -> Outcome<Item> {
        let mut item = before.clone();
        let mut values = Vec::new();
        for (path, value) in &self.set {
            values.push((path, value.of(before)?));
        }
        for (path, operand) in &self.add {
            values.push((path, added(path.of(before), operand)?));
        }
        let mut gone: Vec<_> = self.remove.iter().collect();
        for (path, operand) in &self.delete {
            match removed(path.of(before), operand)? {
                Some(rest) => values.push((path, rest)),
                // A set is not left empty.
                None => gone.push(path),
            }
        }
        // Of elements behind the end of a list the first one comes first.
        values.sort_by(|a, b| a.0.cmp(b.0));
        for (path, value) in values {
            set(&mut item, path, value)?;
        }
        // The last element first, so that the places of the others stay what they were.
        gone.sort_unstable();
        for path in gone.into_iter().rev() {
            remove(&mut item, path)?;
        }
        Ok(item)
    }
}

fn wrong_type() -> Failure {
    Failure::validation("An operand in the update expression has an incorrect data type")
}

fn no_place() -> Failure {
    Failure::validation("The document path provided in the update expression is invalid for update")
}

impl Formula {
    fn of(&self, item: &Item) -> Outcome<AttributeValue> {
        match self {
            Formula::Value(value) => Ok(value.clone()),
            Formula::Path(path) => path.of(item).cloned().ok_or_else(|| {
                Failure::validation("The provided expression refers to an attribute that does not exist in the item")
            }),
            Formula::IfMissing(path, otherwise) => match path.of(item) {
                Some(value) => Ok(value.clone()),
                None => otherwise.of(item),
            },
            Formula::Append(first, second) => match (first.of(item)?, second.of(item)?) {
                (L(mut list), L(more)) => {
                    list.extend(more);
                    Ok(L(list))
                }
                _ => Err(wrong_type()),
            },
            Formula::Plus(left, right) => sum(&left.of(item)?, &right.of(item)?, false),
            Formula::Minus(left, right) => sum(&left.of(item)?, &right.of(item)?, true),
        }
    }
}

fn sum(left: &AttributeValue, right: &AttributeValue, minus: bool) -> Outcome<AttributeValue> {
    let (N(left), N(right)) = (left, right) else { return Err(wrong_type()) };
    let (left, right) = (number(left)?, number(right)?);
    let right = if minus { right.negated() } else { right };
    let sum = left.plus(right).ok_or_else(|| {
        Failure::validation(
            "Number overflow. Attempting to store a number with more digits or a larger magnitude than supported",
        )
    })?;
    Ok(N(sum.to_string()))
}

/// What `ADD` makes of what is there.
fn added(there: Option<&AttributeValue>, operand: &AttributeValue) -> Outcome<AttributeValue> {
    fn union<T: Clone>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
        let mut all = a.to_vec();
        all.extend(b.iter().filter(|b| !a.iter().any(|a| same(a, b))).cloned());
        all
    }
    match (there, operand) {
        (None, operand) => Ok(operand.clone()),
        (Some(there @ N(_)), operand @ N(_)) => sum(there, operand, false),
        (Some(Ss(a)), Ss(b)) => Ok(Ss(union(a, b, |a, b| a == b))),
        (Some(Ns(a)), Ns(b)) => Ok(Ns(union(a, b, |a, b| same_number(a, b)))),
        (Some(Bs(a)), Bs(b)) => Ok(Bs(union(a, b, |a, b| a == b))),
        _ => Err(wrong_type()),
    }
}

/// What `DELETE` leaves of what is there; none if nothing.
fn removed(
    there: Option<&AttributeValue>,
    operand: &AttributeValue,
) -> Outcome<Option<AttributeValue>> {
    fn rest<T: Clone>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> Option<Vec<T>> {
        let rest: Vec<_> = a.iter().filter(|a| !b.iter().any(|b| same(a, b))).cloned().collect();
        (!rest.is_empty()).then_some(rest)
    }
    match (there, operand) {
        (None, _) => Ok(None),
        (Some(Ss(a)), Ss(b)) => Ok(rest(a, b, |a, b| a == b).map(Ss)),
        (Some(Ns(a)), Ns(b)) => Ok(rest(a, b, |a, b| same_number(a, b)).map(Ns)),
        (Some(Bs(a)), Bs(b)) => Ok(rest(a, b, |a, b| a == b).map(Bs)),
        _ => Err(wrong_type()),
    }
}

/// The map or list that the last step of a path leads into, and that step; of a path of one step
/// that is the item itself, and none.
fn parent<'a, 'b>(
    item: &'a mut Item,
    path: &'b Path,
) -> Outcome<Option<(&'a mut AttributeValue, &'b Step)>> {
    let [first @ .., last] = path.0.as_slice() else { return Err(no_place()) };
    let Some((Step::Name(attribute), steps)) = first.split_first() else { return Ok(None) };
    let mut value = item.get_mut(attribute).ok_or_else(no_place)?;
    for step in steps {
        value = match (step, value) {
            (Step::Name(name), M(map)) => map.get_mut(name),
            (Step::Index(index), L(list)) => list.get_mut(*index),
            _ => None,
        }
        .ok_or_else(no_place)?;
    }
    Ok(Some((value, last)))
}

fn set(item: &mut Item, path: &Path, value: AttributeValue) -> Outcome<()> {
    match parent(item, path)? {
        None => {
            item.insert(path.attribute().to_owned(), value);
        }
        Some((M(map), Step::Name(name))) => {
            map.insert(name.clone(), value);
        }
        Some((L(list), Step::Index(index))) => match list.get_mut(*index) {
            Some(place) => *place = value,
            None => list.push(value),
        },
        Some(_) => return Err(no_place()),
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> Outcome<()> {
    match parent(item, path)? {
        None => {
            item.remove(path.attribute());
        }
        Some((M(map), Step::Name(name))) => {
            map.remove(name);
        }
        Some((L(list), Step::Index(index))) => {
            if *index < list.len() {
                list.remove(*index);
            }
        }
        Some(_) => return Err(no_place()),
    }
    Ok(())
}
