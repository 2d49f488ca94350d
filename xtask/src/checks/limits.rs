//! Numbers and texts are within what AWS takes.

use std::ops::RangeInclusive;

use esteira_manifest::{Retry, Stream, Trigger};

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{ARCHIVE_DAYS, Index, MEMORY, RETENTION_HOURS, aurora},
};

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const TIMEOUT: RangeInclusive<u32> = 1..=900;
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const BATCH_SIZE: RangeInclusive<u32> = 1..=10_000;
const BATCHING_WINDOW: RangeInclusive<u32> = 0..=300;
const PARALLELIZATION: RangeInclusive<u32> = 1..=10;
const BATCH_RETRIES: Retries = Retries { attempts: 0..=10_000, max_age: 60..=604_800 };
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
const INVOCATION: Retries = Retries { attempts: 0..=2, max_age: 60..=21_600 };
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
const DELIVERY: Retries = Retries { attempts: 0..=185, max_age: 60..=86_400 };
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
const SOURCE: RangeInclusive<usize> = 1..=256;
const DETAIL_TYPE: RangeInclusive<usize> = 1..=128;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const KEY_BYTES: RangeInclusive<usize> = 1..=255;
// Up to the megabyte of a large object that DMS puts on a stream.
// https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html#CHAP_Target.Kinesis.Limitations
const LOB_KIB: RangeInclusive<u32> = 1..=1_024;

/// What AWS takes as one kind of retries.
struct Retries {
    attempts: RangeInclusive<u32>,
    max_age: RangeInclusive<u32>,
}

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let mut number = |what: &str, value: u32, allowed: RangeInclusive<u32>, at: Place| {
        if !allowed.contains(&value) {
            let (least, most) = allowed.into_inner();
            let help = if most >= i32::MAX as u32 {
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
        if let Some(shards) = stream.declared.shards {
            number("shards", shards, 1..=u32::MAX, stream.place());
        }
        let Stream { existing, retention_hours, .. } = stream.declared;
        if !existing {
            number("retention_hours", *retention_hours, RETENTION_HOURS, stream.place());
        }
    }
    for bus in index.buses.iter() {
        if let Some(days) = bus.declared.archive_days {
            number("archive_days", days, ARCHIVE_DAYS, bus.place());
        }
    }
    for aurora in index.auroras.iter().filter(|aurora| !aurora.declared.existing) {
        number("instances", aurora.declared.instances, aurora::INSTANCES, aurora.place());
    }
    for capture in index.captures.iter() {
        number("lob_kib", capture.declared.lob_kib, LOB_KIB, capture.place());
    }
    for handler in index.handlers.iter() {
        number("memory", handler.declared.memory, MEMORY, handler.place());
        number("timeout", handler.declared.timeout, TIMEOUT, handler.place());
        let mut retries = |prefix: &str, retry: Retry, allowed: Retries| {
            number(&format!("{prefix}retries"), retry.attempts, allowed.attempts, handler.place());
            number(&format!("{prefix}max_age"), retry.max_age, allowed.max_age, handler.place());
        };
        match &handler.declared.trigger {
            Trigger::Kinesis(kinesis) => {
                retries("", kinesis.retry, BATCH_RETRIES);
                let mut number =
                    |what, value, allowed| number(what, value, allowed, handler.place());
                number("batch_size", kinesis.batch_size, BATCH_SIZE);
                number("batching_window", kinesis.batching_window, BATCHING_WINDOW);
                number("parallelization", kinesis.parallelization, PARALLELIZATION);
            }
            Trigger::Event(event) => {
                retries("", event.retry, INVOCATION);
                retries("delivery_", event.delivery, DELIVERY);
            }
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
