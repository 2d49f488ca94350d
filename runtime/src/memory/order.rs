//! The order of items in a table.

use serde_dynamo::{AttributeValue, Item};

use crate::{call::CallError, table::number::Number};

/// The key of an item: partition first, then sort key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ItemKey(Part, Option<Part>);

/// The value of a key attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    N(Number),
    S(String),
}

impl ItemKey {
    /// The key made of the key attributes of an item.
    pub(super) fn new(attributes: &Item, partition_key: &str) -> Result<Self, CallError> {
        let mut partition = None;
        let mut sort = None;
        for (name, value) in attributes.iter() {
            let part = Part::new(name, value)?;
            *(if name == partition_key { &mut partition } else { &mut sort }) = Some(part);
        }
        match partition {
            Some(partition) => Ok(Self(partition, sort)),
            None => Err(CallError::Invalid(format!("the key has no attribute `{partition_key}`"))),
        }
    }

    /// The key of an item by the names of the key attributes.
    #[cfg(feature = "testing")]
    pub(crate) fn of(item: &Item, partition: &str, sort: Option<&str>) -> Result<Self, CallError> {
        let attributes = std::iter::once(partition).chain(sort);
        let found = attributes.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
        let key: std::collections::HashMap<_, _> = found.collect();
        Self::new(&key.into(), partition)
    }

    /// Unlike that of any other key.
    #[cfg(feature = "testing")]
    pub(crate) fn text(&self) -> String {
        format!("{:?} {:?}", self.0, self.1)
    }

    /// Before every other key of a partition.
    pub(crate) fn first(partition: &Part) -> Self {
        Self(partition.clone(), None)
    }

    pub(crate) fn is_in(&self, partition: &Part) -> bool {
        self.0 == *partition
    }

    /// Whether the sort key is a text with this beginning; any will do if none is asked for.
    pub(super) fn begins_with(&self, prefix: Option<&str>) -> bool {
        match (prefix, &self.1) {
            (None, _) => true,
            (Some(prefix), Some(Part::S(sort))) => sort.starts_with(prefix),
            (Some(_), _) => false,
        }
    }
}

impl Part {
    pub(crate) fn new(name: &str, value: &AttributeValue) -> Result<Self, CallError> {
        let part = match value {
            AttributeValue::S(text) if !text.is_empty() => Some(Part::S(text.clone())),
            AttributeValue::N(number) => Number::parse(number).map(Part::N),
            _ => None,
        };
        part.ok_or_else(|| {
            CallError::Invalid(format!(
                "the key attribute `{name}` must be a number or a text that is not empty"
            ))
        })
    }
}
