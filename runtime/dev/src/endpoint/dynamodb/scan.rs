//! All items of a table.

use serde::Deserialize;
use serde_dynamo::{AttributeValue, Item};
use serde_json::Value;

use super::{page::PageRequest, table::Table};
use crate::endpoint::{
    backend::Range,
    call::Call,
    failure::{Failure, Outcome},
};

/// The most segments.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html>
const SEGMENTS: u64 = 1_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Scan {
    #[serde(flatten)]
    page: PageRequest,
    segment: Option<u64>,
    total_segments: Option<u64>,
}

pub(super) fn scan(call: &Call<'_>, request: Scan) -> Outcome<Value> {
    let table = Table::open(call, request.page.table_name.as_deref(), "Scan")?;
    let segment = segment(request.segment, request.total_segments)?;
    let (page, ()) = request.page.check(&table, false, |_| Ok(()))?;
    let range = Range { partition: None, after: page.start.as_ref(), descending: false };
    page.show(call, &table, &range, |item| match segment {
        Some((segment, total)) => place(item, &table) % total == segment,
        None => true,
    })
}

fn segment(segment: Option<u64>, total: Option<u64>) -> Outcome<Option<(u64, u64)>> {
    let refuse = |message: String| Err(Failure::validation(message));
    match (segment, total) {
        (None, None) => Ok(None),
        (Some(_), None) => refuse("The TotalSegments parameter is required but was not present in the request when Segment parameter is present".into()),
        (None, Some(_)) => refuse("The Segment parameter is required but was not present in the request when parameter TotalSegments is present".into()),
        (Some(_), Some(total)) if !(1..=SEGMENTS).contains(&total) => refuse(format!(
            "1 validation error detected: Value '{total}' at 'totalSegments' failed to satisfy constraint: Member must have value between 1 and {SEGMENTS}"
        )),
        (Some(segment), Some(total)) if segment >= total => refuse(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than TotalSegments: {total}"
        )),
        (Some(segment), Some(total)) => Ok(Some((segment, total))),
    }
}

/// A number for the partition key of an item, the same in every run: its FNV-1a hash.
fn place(item: &Item, table: &Table) -> u64 {
    let text = match item.get(&table.schema.partition.name) {
        Some(AttributeValue::S(text) | AttributeValue::N(text)) => text.as_str(),
        _ => "",
    };
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
