//! A write of one item, by itself or in a transaction.

use serde_dynamo::Item;
use serde_json::json;

use super::{
    expression::{condition::Condition, update::Update},
    table::{Table, check_size},
};
use crate::endpoint::{
    backend::Items,
    failure::{Failure, Outcome},
};

/// What is to become of the item with a key, and under what condition.
pub(super) struct Write {
    pub(super) table: Table,
    /// Its key, without other attributes.
    pub(super) key: Item,
    pub(super) change: Change,
    pub(super) condition: Option<Condition>,
    /// Whether a condition that does not hold is answered with the item.
    pub(super) show_existing: bool,
}

/// What is done to an item.
pub(super) enum Change {
    Put(Item),
    Update(Update),
    Delete,
    /// Nothing: only the condition counts.
    Check,
}

/// Why a write is not carried out.
pub(super) enum Obstacle {
    /// The condition does not hold. With the item, if it is to be shown and is there.
    Condition(Option<Item>),
    /// The update does not fit the item.
    Invalid(Failure),
}

/// The item before and after.
pub(super) struct Outcomes {
    pub(super) before: Option<Item>,
    pub(super) after: Option<Item>,
}

impl Write {
    /// What the write makes of the item, without carrying it out.
    pub(super) fn evaluate(&self, items: &dyn Items) -> Result<Outcomes, Obstacle> {
        let before = items.get(&self.table.name, &self.key);
        if let Some(condition) = &self.condition {
            let nothing = Item::default();
            if !condition.holds(before.as_ref().unwrap_or(&nothing)) {
                return Err(Obstacle::Condition(before.filter(|_| self.show_existing)));
            }
        }
        let after = match &self.change {
            Change::Put(item) => Some(item.clone()),
            Change::Delete => None,
            Change::Check => before.clone(),
            Change::Update(update) => {
                let base = before.clone().unwrap_or_else(|| self.key.clone());
                let updated = update.apply(&base).and_then(|item| {
                    check_size(&item, "Item size to update has exceeded the maximum allowed size")?;
                    Ok(item)
                });
                Some(updated.map_err(Obstacle::Invalid)?)
            }
        };
        Ok(Outcomes { before, after })
    }

    /// Leaves what [`Write::evaluate`] made of the item.
    pub(super) fn store(&self, items: &mut dyn Items, after: Option<Item>) {
        match (&self.change, after) {
            (Change::Check, _) => {}
            (_, Some(item)) => items.put(&self.table.name, item),
            (_, None) => items.remove(&self.table.name, &self.key),
        }
    }

    /// Carries it out.
    pub(super) fn carry_out(&self, items: &mut dyn Items) -> Outcome<Outcomes> {
        let outcomes = self.evaluate(items).map_err(Obstacle::into_failure)?;
        self.store(items, outcomes.after.clone());
        Ok(outcomes)
    }
}

/// What a condition that does not hold is answered with.
pub(super) const CONDITION_FAILED: &str = "The conditional request failed";

impl Obstacle {
    fn into_failure(self) -> Failure {
        match self {
            Obstacle::Condition(existing) => {
                let failure = Failure::new("ConditionalCheckFailedException", CONDITION_FAILED);
                match existing {
                    Some(item) => failure.with("Item", json!(item)),
                    None => failure,
                }
            }
            Obstacle::Invalid(failure) => failure,
        }
    }
}

/// Fails if an update changes the key.
pub(super) fn check_update(table: &Table, update: &Update) -> Outcome<()> {
    for path in update.paths() {
        if table.schema.parts().any(|part| part.name == path.attribute()) {
            return Err(Failure::validation(format!(
                "One or more parameter values were invalid: Cannot update attribute {}. This attribute is part of the key",
                path.attribute()
            )));
        }
    }
    Ok(())
}
