//! What DynamoDB takes, checked before the call.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>

use serde_dynamo::{AttributeValue, Item};

use super::{
    expression::{Assignment, Change, Condition, Predicate},
    number::Number,
    render::Expressions,
    size,
};
use crate::call::{CallError, ItemCall, ItemOperation, QueryCall};

/// The most bytes of an item: 400 KB, the names of its attributes among them.
const ITEM_BYTES: usize = 400 * 1024;

/// The most bytes of a partition key.
const PARTITION_KEY_BYTES: usize = 2048;

/// The most bytes of a sort key.
const SORT_KEY_BYTES: usize = 1024;

/// How deep lists and maps may lie in each other.
const LEVELS: usize = 32;

/// The most bytes of an expression: 4 KB.
const EXPRESSION_BYTES: usize = 4 * 1024;

/// The most operators and functions of an expression.
const EXPRESSION_OPERATORS: usize = 300;

impl ItemCall {
    /// Whether DynamoDB takes it, as far as that can be told without the item that is there.
    pub(crate) fn check(&self) -> Result<(), CallError> {
        let table = self.table.id;
        key(table, &self.key, self.partition_key)?;
        let mut expressions = Expressions::default();
        if let Some(condition) = &self.condition {
            let text = expressions.condition(condition)?;
            expression(table, "condition on", &text, operators(condition))?;
        }
        match &self.operation {
            ItemOperation::Put { item: new } => item(table, new)?,
            ItemOperation::Update { assignments } => {
                let text = expressions.assignments(assignments)?.unwrap_or_default();
                let operators = assignments.iter().map(sum_operators).sum();
                expression(table, "update of", &text, operators)?;
            }
            ItemOperation::Get { .. } | ItemOperation::Delete => {}
        }
        for operand in expressions.values().into_iter().flat_map(|values| values.into_values()) {
            value(table, "an expression", &operand, 0)?;
        }
        Ok(())
    }

    /// The bytes it adds to a transaction, as far as they can be told without the item that is
    /// there.
    pub(crate) fn size(&self) -> usize {
        match &self.operation {
            ItemOperation::Put { item } => size::of_item(item),
            ItemOperation::Update { assignments } => {
                let added = |Assignment { name, change }: &Assignment| match change {
                    Change::Set(Ok(value)) => name.len() + size::of_value(value),
                    _ => 0,
                };
                size::of_item(&self.key) + assignments.iter().map(added).sum::<usize>()
            }
            ItemOperation::Get { .. } | ItemOperation::Delete => size::of_item(&self.key),
        }
    }
}

impl QueryCall {
    /// Whether DynamoDB takes it.
    pub(crate) fn check(&self) -> Result<(), CallError> {
        let (name, value) = &self.partition;
        key_part(self.table.id, name, value, true)
    }
}

/// Whether an item is one that DynamoDB can hold.
pub(crate) fn item(table: &str, item: &Item) -> Result<(), CallError> {
    for (name, attribute) in item.iter() {
        value(table, &format!("`{name}`"), attribute, 0)?;
    }
    let size = size::of_item(item);
    if size > ITEM_BYTES {
        return Err(CallError::Invalid(format!(
            "an item of `{table}` of {size} bytes is too large: DynamoDB takes {ITEM_BYTES}, the names of its attributes among them; keep the data elsewhere and a reference to it in the item"
        )));
    }
    Ok(())
}

/// Whether a key is one that DynamoDB can hold.
pub(crate) fn key(table: &str, key: &Item, partition_key: &str) -> Result<(), CallError> {
    key.iter().try_for_each(|(name, value)| key_part(table, name, value, name == partition_key))
}

fn key_part(
    table: &str,
    name: &str,
    value: &AttributeValue,
    is_partition: bool,
) -> Result<(), CallError> {
    let (kind, most) = if is_partition {
        ("partition key", PARTITION_KEY_BYTES)
    } else {
        ("sort key", SORT_KEY_BYTES)
    };
    let why = match value {
        AttributeValue::S(text) if text.is_empty() => "is empty".into(),
        AttributeValue::S(text) if text.len() > most => {
            format!("has {} bytes: DynamoDB takes {most}", text.len())
        }
        AttributeValue::N(number) if Number::parse(number).is_none() => no_number(number),
        AttributeValue::S(_) | AttributeValue::N(_) => return Ok(()),
        _ => "must be a number or a text".into(),
    };
    Err(CallError::Invalid(format!("the {kind} `{name}` of an item of `{table}` {why}")))
}

fn value(
    table: &str,
    place: &str,
    attribute: &AttributeValue,
    level: usize,
) -> Result<(), CallError> {
    let why = match attribute {
        AttributeValue::N(number) if Number::parse(number).is_none() => no_number(number),
        AttributeValue::Ns(set) if set.is_empty() => no_set(),
        AttributeValue::Ns(numbers) => {
            match numbers.iter().find(|number| Number::parse(number).is_none()) {
                Some(number) => no_number(number),
                None => return Ok(()),
            }
        }
        AttributeValue::Ss(set) if set.is_empty() => no_set(),
        AttributeValue::Bs(set) if set.is_empty() => no_set(),
        AttributeValue::L(_) | AttributeValue::M(_) if level == LEVELS => {
            format!("has lists or maps in each other more than {LEVELS} deep")
        }
        AttributeValue::L(elements) => {
            return elements.iter().try_for_each(|inner| value(table, place, inner, level + 1));
        }
        AttributeValue::M(elements) => {
            return elements.values().try_for_each(|inner| value(table, place, inner, level + 1));
        }
        _ => return Ok(()),
    };
    Err(CallError::Invalid(format!("{place} of an item of `{table}` {why}")))
}

fn no_number(text: &str) -> String {
    format!(
        "has the number {text}: DynamoDB takes up to 38 digits, from 1E-130 to 9.9E+125; write it as a text"
    )
}

fn no_set() -> String {
    "is an empty set, which DynamoDB does not have; leave the attribute out".into()
}

fn expression(table: &str, kind: &str, text: &str, operators: usize) -> Result<(), CallError> {
    let (count, unit, most) = if text.len() > EXPRESSION_BYTES {
        (text.len(), "bytes", EXPRESSION_BYTES)
    } else if operators > EXPRESSION_OPERATORS {
        (operators, "operators", EXPRESSION_OPERATORS)
    } else {
        return Ok(());
    };
    Err(CallError::Invalid(format!(
        "the {kind} an item of `{table}` has {count} {unit}, DynamoDB takes {most}; say less in one call"
    )))
}

fn operators(condition: &Condition) -> usize {
    match &condition.0 {
        Predicate::Exists(_)
        | Predicate::Absent(_)
        | Predicate::BeginsWith(..)
        | Predicate::Compare(..) => 1,
        Predicate::And(a, b) | Predicate::Or(a, b) => 1 + operators(a) + operators(b),
        Predicate::Not(a) => 1 + operators(a),
    }
}

/// A sum is written with a sign and `if_not_exists`.
fn sum_operators(assignment: &Assignment) -> usize {
    match assignment.change {
        Change::Add(_) | Change::Subtract(_) => 2,
        Change::Set(_) | Change::Remove => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::{Delete, Detail, Memory, Put, Query, Table, Update};

    #[derive(Table, serde::Serialize, serde::Deserialize)]
    #[table(name = "Pages", partition_key = book, sort_key = number)]
    struct Page {
        book: String,
        number: String,
        text: String,
        weight: f64,
    }

    fn page(book: &str, text: usize) -> Page {
        Page { book: book.into(), number: "1".into(), text: "x".repeat(text), weight: 1.0 }
    }

    /// What names and the other attributes of a page of the book "b" add to its text.
    const REST: usize = (4 + 1) + (6 + 1) + 4 + (6 + 2);

    fn why(result: Result<(), CallError>) -> String {
        match result {
            Err(CallError::Invalid(why)) => why.replace(Page::ID, "Page"),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_item_may_have_400_kb_and_no_byte_more() {
        let memory = Memory::new();
        let pages = Put::in_memory(&memory);
        pages.put(&page("b", ITEM_BYTES - REST)).await.expect("fits");
        let error = pages.put(&page("b", ITEM_BYTES - REST + 1)).await;
        assert!(
            why(error).starts_with(
                "an item of `Page` of 409601 bytes is too large: DynamoDB takes 409600"
            )
        );
        assert_eq!(memory.calls().len(), 1, "what is too large is not sent");
        assert!(why(memory.insert(&page("b", ITEM_BYTES))).contains("too large"));
        assert!(why(memory.insert(&page(&"b".repeat(2049), 1))).contains("has 2049 bytes"));
    }

    #[tokio::test]
    async fn keys_have_a_byte_at_least_and_a_limit_each() {
        let memory = Memory::new();
        let pages = Delete::<Page>::in_memory(&memory);
        let delete = async |book: &str, number: &str| pages.delete(Page::key(book, number)).await;
        let long = |bytes| "x".repeat(bytes);
        delete(&long(2048), &long(1024)).await.expect("both fit");
        let refused = [
            (delete("", "1").await, "the partition key `book` of an item of `Page` is empty"),
            (delete("b", "").await, "the sort key `number` of an item of `Page` is empty"),
            (
                delete(&long(2049), "1").await,
                "the partition key `book` of an item of `Page` has 2049 bytes: DynamoDB takes 2048",
            ),
            (
                delete("b", &long(1025)).await,
                "the sort key `number` of an item of `Page` has 1025 bytes: DynamoDB takes 1024",
            ),
        ];
        for (result, expected) in refused {
            assert_eq!(why(result), expected);
        }
        let queried = Query::<Page>::in_memory(&memory).query("").await.map(drop);
        assert!(why(queried).contains("is empty"));
        assert_eq!(memory.calls().len(), 1);
    }

    #[tokio::test]
    async fn a_number_that_dynamodb_does_not_have_is_refused_wherever_it_stands() {
        let memory = Memory::new();
        let pages = Put::in_memory(&memory);
        let changes = Update::<Page>::in_memory(&memory);
        for weight in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE] {
            let heavy = pages.put(&Page { weight, ..page("b", 1) }).await;
            assert!(why(heavy).starts_with("`weight` of an item of `Page` has the number"));
            let change = changes.update(Page::key("b", "1"));
            assert!(why(change.set(|page| page.weight.plus(weight)).await).contains("38 digits"));
            let change = changes.update(Page::key("b", "1"));
            assert!(why(change.when(|page| page.weight.at_least(weight)).await).contains("38"));
        }
        assert_eq!(memory.calls(), []);
    }

    #[test]
    fn lists_and_maps_may_lie_32_deep_in_each_other() {
        let nested = |levels| {
            let value = (0..levels).fold(AttributeValue::Bool(true), |inner, level| {
                if level % 2 == 0 {
                    AttributeValue::L(vec![inner])
                } else {
                    AttributeValue::M(HashMap::from([("inner".into(), inner)]))
                }
            });
            Item::from(HashMap::from([("root".to_owned(), value)]))
        };
        assert_eq!(item("T", &nested(32)), Ok(()));
        assert!(why(item("T", &nested(33))).starts_with("`root` of an item of `T` has lists"));
        let number = AttributeValue::L(vec![AttributeValue::N("1e200".into())]);
        assert!(why(value("T", "`root`", &number, 0)).contains("the number 1e200"));
    }

    #[test]
    fn no_set_is_empty() {
        for set in
            [AttributeValue::Ss(vec![]), AttributeValue::Ns(vec![]), AttributeValue::Bs(vec![])]
        {
            let tags = Item::from(HashMap::from([("tags".to_owned(), set)]));
            assert!(why(item("T", &tags)).starts_with("`tags` of an item of `T` is an empty set"));
        }
        assert_eq!(value("T", "`tags`", &AttributeValue::L(vec![]), 0), Ok(()));
    }

    #[tokio::test]
    async fn an_expression_may_be_so_long_and_so_rich() {
        let memory = Memory::new();
        let pages = Update::<Page>::in_memory(&memory);
        let many = |count: usize| {
            let one = || Page::FIELDS.text.exists();
            let condition = (1..count).fold(one(), |all, _| all.and(one()));
            pages.update(Page::key("b", "1")).when(|_| condition)
        };
        // Each has a function, and an `AND` between two.
        let refused = why(many(151).await);
        assert_eq!(
            refused,
            "the condition on an item of `Page` has 4221 bytes, DynamoDB takes 4096; say less in one call"
        );
        assert_eq!(many(120).await, Err(CallError::ConditionFailed { existing: None }));

        let not = (0..300).fold(Page::FIELDS.text.exists(), |inner, _| !inner);
        let refused = why(pages.update(Page::key("b", "1")).when(|_| not).await);
        assert!(refused.contains("has 301 operators, DynamoDB takes 300"), "{refused}");
    }
}
