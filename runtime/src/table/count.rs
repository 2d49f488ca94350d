//! Updates that count, and what several of them amount to.

use serde_dynamo::AttributeValue;

use super::{
    expression::{Assignment, Change, Comparison, Condition, Predicate},
    number::Number,
};
use crate::call::{ItemCall, ItemOperation};

/// An update that adds to one number of an item or takes from it, and asks for no more than that
/// there is an item and that there is enough.
#[derive(Clone)]
pub(super) struct Count {
    /// It, or another one on the same item.
    update: ItemCall,
    attribute: &'static str,
    amount: Number,
    takes: bool,
    /// There must be an item.
    if_exists: bool,
    /// What is taken must be there; it is not negative then.
    if_enough: bool,
}

impl Count {
    /// An update as a count, if it is one.
    pub(super) fn of(update: &ItemCall) -> Option<Self> {
        let ItemOperation::Update { assignments } = &update.operation else { return None };
        let [Assignment { name: attribute, change }] = assignments.as_slice() else { return None };
        let (amount, takes) = match change {
            Change::Add(Ok(amount)) => (number(amount)?, false),
            Change::Subtract(Ok(amount)) => (number(amount)?, true),
            _ => return None,
        };
        let mut count = Self {
            update: update.clone(),
            attribute,
            amount,
            takes,
            if_exists: false,
            if_enough: false,
        };
        if let Some(condition) = &update.condition {
            count.require(condition)?;
        }
        Some(count)
    }

    fn require(&mut self, condition: &Condition) -> Option<()> {
        match &condition.0 {
            Predicate::And(a, b) => {
                self.require(a)?;
                self.require(b)?;
            }
            Predicate::Exists(name) if *name == self.update.partition_key => self.if_exists = true,
            Predicate::Compare(name, Comparison::AtLeast, Ok(bound))
                if *name == self.attribute
                    && self.takes
                    && !self.amount.is_negative()
                    && number(bound)? == self.amount =>
            {
                self.if_enough = true;
            }
            _ => return None,
        }
        Some(())
    }

    /// Whether both count the same number of the same item, on the same terms.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let terms = |count: &Self| (count.attribute, count.takes, count.if_exists, count.if_enough);
        self.update.table == other.update.table
            && self.update.key == other.update.key
            && terms(self) == terms(other)
    }

    /// Both as one: where it can be carried out, one can be carried out after the other, in any
    /// order, and the number is then the same. None if their sum has too many digits.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        let amount = self.amount.plus(other.amount)?;
        Some(Self { amount, ..self.clone() })
    }

    /// The count as an update.
    pub(super) fn update(&self) -> ItemCall {
        let amount = || Ok(AttributeValue::N(self.amount.to_string()));
        let change = if self.takes { Change::Subtract(amount()) } else { Change::Add(amount()) };
        let exists = Condition(Predicate::Exists(self.update.partition_key));
        let enough = Condition(Predicate::Compare(self.attribute, Comparison::AtLeast, amount()));
        ItemCall {
            operation: ItemOperation::Update {
                assignments: vec![Assignment { name: self.attribute, change }],
            },
            condition: match (self.if_exists, self.if_enough) {
                (true, true) => Some(exists.and(enough)),
                (true, false) => Some(exists),
                (false, true) => Some(enough),
                (false, false) => None,
            },
            ..self.update.clone()
        }
    }
}

fn number(value: &AttributeValue) -> Option<Number> {
    match value {
        AttributeValue::N(text) => Number::parse(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Memory, Table, Update, UpdateItem, table::Operation};

    #[derive(Table, serde::Serialize, serde::Deserialize)]
    #[table(name = "Stock", partition_key = product)]
    struct Stock {
        product: String,
        left: i64,
        sold: i64,
    }

    fn update(change: impl FnOnce(UpdateItem<Stock>) -> UpdateItem<Stock>) -> ItemCall {
        let stock = Update::<Stock>::in_memory(&Memory::new());
        Operation::from(change(stock.update(Stock::key("tv")))).call.expect("is well made")
    }

    fn take(amount: i64) -> ItemCall {
        update(|stock| {
            stock
                .if_exists()
                .when(|item| item.left.at_least(amount))
                .set(|item| item.left.minus(amount))
        })
    }

    #[test]
    fn a_count_is_the_update_that_it_was() {
        let counts = [
            take(3),
            take(0),
            update(|stock| stock.set(|item| item.left.plus(-2))),
            update(|stock| stock.if_exists().set(|item| item.left.minus(2))),
        ];
        for call in counts {
            let again = Count::of(&call).expect("is a count").update();
            assert_eq!(format!("{again:?}"), format!("{call:?}"));
        }
    }

    #[test]
    fn counts_of_one_number_add_up_with_what_they_ask_for() {
        let [three, four] = [take(3), take(4)].map(|call| Count::of(&call).expect("is a count"));
        assert!(three.is_like(&four));
        let seven = three.plus(&four).expect("is a number").update();
        assert_eq!(format!("{seven:?}"), format!("{:?}", take(7)));
    }

    #[test]
    fn counts_on_other_terms_are_not_alike() {
        let three = Count::of(&take(3)).expect("is a count");
        for other in [
            update(|stock| stock.if_exists().set(|item| item.left.minus(3))),
            update(|stock| stock.set(|item| item.left.plus(3))),
            update(|stock| {
                stock.if_exists().when(|item| item.sold.at_least(3)).set(|item| item.sold.minus(3))
            }),
        ] {
            assert!(!three.is_like(&Count::of(&other).expect("is a count")), "{other:?}");
        }
        let key = Stock::key("radio").into_attributes().expect("is a key");
        let other = ItemCall { key, ..take(3) };
        assert!(!three.is_like(&Count::of(&other).expect("is a count")));
    }

    #[test]
    fn what_asks_for_more_or_does_more_is_no_count() {
        for other in [
            // What is left over counts, too.
            update(|stock| stock.when(|item| item.left.at_least(4)).set(|item| item.left.minus(3))),
            // The others might leave less than was asked for.
            update(|stock| stock.when(|item| item.left.at_least(3)).set(|item| item.left.plus(3))),
            take(-1),
            update(|stock| stock.when(|item| item.left.at_most(3)).set(|item| item.left.minus(3))),
            update(|stock| {
                stock
                    .when(|item| item.left.at_least(3).or(item.left.at_least(3)))
                    .set(|item| item.left.minus(3))
            }),
            update(|stock| stock.when(|item| item.sold.exists()).set(|item| item.left.minus(3))),
            update(|stock| stock.set(|item| item.left.to(&3))),
            update(|stock| stock.set(|item| item.left.minus(3)).set(|item| item.sold.plus(3))),
            update(|stock| stock),
        ] {
            assert!(Count::of(&other).is_none(), "{other:?}");
        }
    }
}
