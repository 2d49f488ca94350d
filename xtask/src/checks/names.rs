//! Physical names are ones that AWS takes.

use std::ops::RangeInclusive;

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::Index,
    stage::Stage,
};

/// What AWS takes as the name of one kind of resource.
struct Limits {
    noun: &'static str,
    length: RangeInclusive<usize>,
    /// Allowed besides ASCII letters and digits.
    signs: &'static str,
}

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
const STREAM: Limits = Limits { noun: "stream", length: 1..=128, signs: "_.-" };
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
const BUS: Limits = Limits { noun: "bus", length: 1..=256, signs: "_.-" };
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
const TABLE: Limits = Limits { noun: "table", length: 3..=255, signs: "_.-" };
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
const TOPIC: Limits = Limits { noun: "topic", length: 1..=256, signs: "_-" };
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
// The function's role and rule bear its name; both may have 64 characters too, and more signs.
const FUNCTION: Limits = Limits { noun: "function", length: 1..=64, signs: "_-" };

pub(super) fn check(index: &Index<'_>, stage: &Stage, mistakes: &mut Vec<Diagnostic>) {
    let mut name = |limits: &Limits, name: &str, at: Place| {
        mistakes.extend(refused(limits, &stage.physical_name(name), at));
    };
    index.streams.iter().for_each(|e| name(&STREAM, &e.declared.name, e.place()));
    index.buses.iter().for_each(|e| name(&BUS, &e.declared.name, e.place()));
    index.tables.iter().for_each(|e| name(&TABLE, &e.declared.name, e.place()));
    index.topics.iter().for_each(|e| name(&TOPIC, &e.declared.name, e.place()));
    index.handlers.iter().for_each(|e| name(&FUNCTION, &e.declared.function, e.place()));

    for bus in index.buses.iter() {
        let name = stage.physical_name(&bus.declared.name);
        if name == "default" || name.starts_with("aws.") {
            mistakes.push(
                Diagnostic::new(format!("the bus name `{name}` belongs to AWS"))
                    .at(bus.place(), "")
                    .help("choose a name other than `default` that does not start with `aws.`"),
            );
        }
    }
}

fn refused(limits: &Limits, name: &str, at: Place) -> Option<Diagnostic> {
    let Limits { noun, length, signs } = limits;
    let allowed = |c: char| c.is_ascii_alphanumeric() || signs.contains(c);
    let count = name.chars().count();
    let message = if let Some(bad) = name.chars().find(|c| !allowed(*c)) {
        format!("the {noun} name `{name}` has the character {bad:?}, which AWS refuses")
    } else if !length.contains(&count) {
        format!(
            "the {noun} name `{name}` has {count} characters, and AWS takes {} to {}",
            length.start(),
            length.end()
        )
    } else {
        return None;
    };
    let signs: Vec<_> = signs.chars().map(|c| format!("`{c}`")).collect();
    Some(Diagnostic::new(message).at(at, "").help(format!(
        "use {} to {} ASCII letters, digits and {}; the stage's naming pattern counts too",
        length.start(),
        length.end(),
        signs.join(" ")
    )))
}
