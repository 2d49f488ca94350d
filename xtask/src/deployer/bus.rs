//! EventBridge buses and their archives.

use super::{Entry, Scope};
use crate::graph::Archive;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["aws_cloudwatch_event_bus", "AWS::Events::EventBus"],
        &[
            "events:CreateEventBus",
            "events:DeleteEventBus",
            "events:DescribeEventBus",
            "events:ListTagsForResource",
            "events:TagResource",
            "events:UntagResource",
            "events:UpdateEventBus",
        ],
        |scope| {
            let buses = scope.graph.buses.created().map(|bus| bus.node.name.as_str());
            scope.arns("events", "event-bus/", buses, "")
        },
    ),
    Entry::new(
        &["aws_cloudwatch_event_archive", "AWS::Events::Archive"],
        &[
            "events:CreateArchive",
            "events:DeleteArchive",
            "events:DescribeArchive",
            "events:UpdateArchive",
        ],
        |scope| {
            let mut arns = scope.arns("events", "archive/", archives(scope), "");
            // That it is made of this bus is checked too.
            arns.extend(scope.arns("events", "event-bus/", archives(scope), ""));
            arns
        },
    ),
];

/// Their names, which are those of their buses.
fn archives<'a>(scope: &'a Scope<'_>) -> impl Iterator<Item = &'a str> {
    let archives = scope.graph.buses.created().filter_map(|bus| bus.archive.as_ref());
    archives.map(|Archive { node, .. }| node.name.as_str())
}
