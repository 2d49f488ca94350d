//! A page of items: what a query and a scan have in common.

use std::ops::ControlFlow;

use esteira::__private::size;
use serde::Deserialize;
use serde_dynamo::Item;
use serde_json::{Value, json};

use super::{
    expression::{Placeholders, condition::Condition, projection::Projection},
    items::Attributes,
    table::Table,
    with_items,
};
use crate::endpoint::{
    backend::Range,
    call::Call,
    failure::{Failure, Outcome},
};

/// The most bytes of items that a call looks at: 1 MB.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html>
const PAGE_BYTES: usize = 1024 * 1024;

/// The parameters that both have.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PageRequest {
    pub(super) table_name: Option<String>,
    index_name: Option<String>,
    limit: Option<i64>,
    exclusive_start_key: Option<Item>,
    filter_expression: Option<String>,
    projection_expression: Option<String>,
    select: Option<String>,
    #[serde(flatten)]
    attributes: Attributes,
}

/// What a page shows.
pub(super) struct Page {
    pub(super) start: Option<Item>,
    pub(super) filter: Option<Condition>,
    limit: Option<usize>,
    projection: Option<Projection>,
    only_count: bool,
}

impl PageRequest {
    /// Checks it. `own` reads the expression that only one of the two has; `has_own` says whether
    /// it is there.
    pub(super) fn check<T>(
        self,
        table: &Table,
        has_own: bool,
        own: impl FnOnce(&Placeholders) -> Outcome<T>,
    ) -> Outcome<(Page, T)> {
        if let Some(index) = self.index_name {
            return Err(Failure::validation(format!(
                "The table does not have the specified index: {index}"
            )));
        }
        let limit = match self.limit {
            None => None,
            Some(limit) => Some(usize::try_from(limit).ok().filter(|&it| it > 0).ok_or_else(|| {
                Failure::validation(format!(
                    "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
                ))
            })?),
        };
        let has_projection = self.projection_expression.is_some();
        let only_count = match self.select.as_deref() {
            None => false,
            Some("ALL_ATTRIBUTES") if !has_projection => false,
            Some("SPECIFIC_ATTRIBUTES") if has_projection => false,
            Some("COUNT") if !has_projection => true,
            Some("SPECIFIC_ATTRIBUTES") => {
                return Err(Failure::validation(
                    "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
                ));
            }
            Some(other) => {
                return Err(Failure::validation(match other {
                    "ALL_ATTRIBUTES" | "COUNT" => "Cannot specify the ProjectionExpression when choosing to get only the Count or ALL_ATTRIBUTES".to_owned(),
                    "ALL_PROJECTED_ATTRIBUTES" => "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName".to_owned(),
                    other => format!("1 validation error detected: Value '{other}' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"),
                }));
            }
        };
        let any = has_own || has_projection || self.filter_expression.is_some();
        let placeholders = self.attributes.placeholders(any)?;
        let own = own(&placeholders)?;
        let filter = self.filter_expression;
        let filter = filter.map(|text| Condition::read("FilterExpression", &text, &placeholders));
        let projection = self.projection_expression;
        let projection = projection.map(|text| Projection::read(&text, &placeholders));
        let (filter, projection) = (filter.transpose()?, projection.transpose()?);
        placeholders.finish()?;
        let start = match self.exclusive_start_key {
            None => None,
            Some(mut key) => {
                let accepted = table.accept_key(&mut key);
                accepted.map_err(|failure| {
                    Failure::validation(format!(
                        "The provided starting key is invalid: {}",
                        failure.message
                    ))
                })?;
                Some(key)
            }
        };
        Ok((Page { start, filter, limit, projection, only_count }, own))
    }
}

impl Page {
    /// Shows the items of a range that are wanted, up to the limits of a page.
    pub(super) fn show(
        &self,
        call: &Call<'_>,
        table: &Table,
        range: &Range<'_>,
        is_wanted: impl Fn(&Item) -> bool,
    ) -> Outcome<Value> {
        let mut shown = Vec::new();
        let (mut count, mut scanned, mut bytes) = (0, 0, 0);
        let mut last = None;
        let mut ended_early = false;
        with_items(call, |items| {
            items.visit(&table.name, range, &mut |item| {
                if !is_wanted(item) {
                    return ControlFlow::Continue(());
                }
                bytes += size::of_item(item);
                // One item is shown however large it is, or there would be no way on.
                if bytes > PAGE_BYTES && scanned > 0 {
                    ended_early = true;
                    return ControlFlow::Break(());
                }
                scanned += 1;
                last = Some(table.schema.key_of(item));
                if self.filter.as_ref().is_none_or(|filter| filter.holds(item)) {
                    count += 1;
                    if !self.only_count {
                        shown.push(match &self.projection {
                            Some(projection) => projection.of(item),
                            None => item.clone(),
                        });
                    }
                }
                // As on AWS, a page that ends at the limit says where the next one starts even
                // where nothing is left.
                if Some(scanned) == self.limit {
                    ended_early = true;
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
        })?;
        let mut answer = json!({"Count": count, "ScannedCount": scanned});
        if !self.only_count {
            answer["Items"] = json!(shown);
        }
        if let Some(last) = last.filter(|_| ended_early) {
            answer["LastEvaluatedKey"] = json!(last);
        }
        Ok(answer)
    }
}
