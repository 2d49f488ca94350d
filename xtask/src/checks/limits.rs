//! Numbers and texts are within what AWS takes.

use std::ops::RangeInclusive;

use esteira::manifest::Trigger;

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::Index,
};

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MEMORY: RangeInclusive<u32> = 128..=10_240;
const TIMEOUT: RangeInclusive<u32> = 1..=900;
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const BATCH_SIZE: RangeInclusive<u32> = 1..=10_000;
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
const SOURCE: RangeInclusive<usize> = 1..=256;
const DETAIL_TYPE: RangeInclusive<usize> = 1..=128;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const KEY_BYTES: RangeInclusive<usize> = 1..=255;

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let mut number = |what: &str, value: u32, allowed: RangeInclusive<u32>, at: Place| {
        if !allowed.contains(&value) {
            let (least, most) = allowed.into_inner();
            let help = if most == u32::MAX {
                format!("write at least {least}")
            } else {
                format!("AWS takes {least} to {most}")
            };
            mistakes.push(
                Diagnostic::new(format!("`{what} = {value}` is out of range"))
                    .at(at, "")
                    .help(help),
            );
        }
    };
    for stream in index.streams.iter() {
        number("shards", stream.declared.shards, 1..=u32::MAX, stream.place());
    }
    for handler in index.handlers.iter() {
        number("memory", handler.declared.memory, MEMORY, handler.place());
        number("timeout", handler.declared.timeout, TIMEOUT, handler.place());
        if let Trigger::Kinesis(kinesis) = &handler.declared.trigger {
            number("batch_size", kinesis.batch_size, BATCH_SIZE, handler.place());
        }
    }

    let mut text = |what: &str, count: usize, allowed: RangeInclusive<usize>, at: Place| {
        if !allowed.contains(&count) {
            let (least, most) = allowed.into_inner();
            mistakes.push(
                Diagnostic::new(format!("{what} has {count} characters"))
                    .at(at, "")
                    .help(format!("AWS takes {least} to {most}")),
            );
        }
    };
    for event in index.events.iter() {
        let (source, detail_type) = (&event.declared.source, &event.declared.detail_type);
        text("the `source`", source.chars().count(), SOURCE, event.place());
        text("the `detail_type`", detail_type.chars().count(), DETAIL_TYPE, event.place());
    }
    for table in index.tables.iter() {
        let keys = [Some(&table.declared.partition_key), table.declared.sort_key.as_ref()];
        for key in keys.into_iter().flatten() {
            text(&format!("the key `{}`", key.name), key.name.len(), KEY_BYTES, table.place());
        }
    }

    for event in index.events.iter().filter(|e| e.declared.source.starts_with("aws.")) {
        let message = format!("the source `{}` belongs to AWS", event.declared.source);
        mistakes.push(
            Diagnostic::new(message)
                .at(event.place(), "")
                .help("choose a `source` that does not start with `aws.`: PutEvents refuses it"),
        );
    }
    for table in index.tables.iter() {
        let partition = &table.declared.partition_key.name;
        if table.declared.sort_key.as_ref().is_some_and(|key| key.name == *partition) {
            let message = format!("`{partition}` is both the partition key and the sort key");
            mistakes.push(
                Diagnostic::new(message)
                    .at(table.place(), "")
                    .help("name another field, or leave `sort_key` out"),
            );
        }
    }
}
