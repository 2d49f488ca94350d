//! The items with one partition key.

use serde::Deserialize;
use serde_json::Value;

use super::{expression::key::KeyCondition, page::PageRequest, table::Table, value};
use crate::endpoint::{
    backend::Range,
    call::Call,
    failure::{Failure, Outcome},
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Query {
    #[serde(flatten)]
    page: PageRequest,
    key_condition_expression: Option<String>,
    scan_index_forward: Option<bool>,
}

pub(super) fn query(call: &Call<'_>, request: Query) -> Outcome<Value> {
    let table = Table::open(call, request.page.table_name.as_deref(), "Query")?;
    let text = request.key_condition_expression.ok_or_else(|| {
        Failure::validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        )
    })?;
    let (page, key) = request.page.check(&table, true, |placeholders| {
        KeyCondition::read(&text, placeholders, &table.schema)
    })?;
    for path in page.filter.iter().flat_map(|filter| filter.paths()) {
        if table.schema.parts().any(|part| part.name == path.attribute()) {
            return Err(Failure::validation(format!(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: {}",
                path.attribute()
            )));
        }
    }
    if let Some(start) = &page.start
        && !start
            .get(&table.schema.partition.name)
            .is_some_and(|partition| value::equal(partition, &key.partition))
    {
        return Err(Failure::validation(
            "The provided starting key is outside query boundaries based on provided conditions",
        ));
    }
    let range = Range {
        partition: Some(&key.partition),
        after: page.start.as_ref(),
        descending: request.scan_index_forward == Some(false),
    };
    page.show(call, &table, &range, |item| key.holds(item))
}
