//! Physical names are ones that AWS takes.

use std::ops::RangeInclusive;

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{Index, Queue},
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
// Less the `.fifo` after it.
const FIFO_TOPIC: Limits = Limits { noun: "FIFO topic", length: 1..=251, signs: "_-" };
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
// The function's role and rule bear its name; both may have 64 characters too, and more signs.
const FUNCTION: Limits = Limits { noun: "function", length: 1..=64, signs: "_-" };

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
const QUEUE: Limits = Limits { noun: "failure queue", length: 1..=80, signs: "_-" };
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
// Less the `alias/` before it.
const KMS_KEY: Limits = Limits { noun: "KMS key", length: 1..=250, signs: "_-/" };

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
// Those of endpoints bear the name of their VPC with up to 25 characters after it.
const VPC: Limits = Limits { noun: "VPC", length: 1..=230, signs: "_.-" };

pub(super) fn check(index: &Index<'_>, stage: &Stage, mistakes: &mut Vec<Diagnostic>) {
    let mut name = |limits: &Limits, name: &str, at: Place| {
        mistakes.extend(refused(limits, &stage.physical_name(name), at));
    };
    // What exists has its name already; the one it is declared under is not given to anything.
    let made = index.streams.iter().filter(|e| !e.declared.existing);
    made.for_each(|e| name(&STREAM, &e.declared.name, e.place()));
    let made = index.buses.iter().filter(|e| !e.declared.existing);
    made.for_each(|e| name(&BUS, &e.declared.name, e.place()));
    let made = index.tables.iter().filter(|e| !e.declared.existing);
    made.for_each(|e| name(&TABLE, &e.declared.name, e.place()));
    let made = index.topics.iter().filter(|e| !e.declared.existing);
    made.for_each(|e| {
        let limits = if e.declared.fifo { &FIFO_TOPIC } else { &TOPIC };
        name(limits, &e.declared.name, e.place());
    });
    let made = index.kms_keys.iter().filter(|e| !e.declared.existing);
    made.for_each(|e| name(&KMS_KEY, &e.declared.name, e.place()));
    // Security groups bear the name of a VPC that exists, too.
    index.vpcs.iter().for_each(|e| name(&VPC, &e.declared.name, e.place()));
    for handler in index.handlers.iter() {
        let function = &handler.declared.function;
        let queue =
            || refused(&QUEUE, &stage.physical_name(&Queue::name(function)), handler.place());
        let refused = refused(&FUNCTION, &stage.physical_name(function), handler.place());
        mistakes.extend(refused.or_else(queue));
    }

    for key in index.kms_keys.iter().filter(|key| !key.declared.existing) {
        let name = stage.physical_name(&key.declared.name);
        if name.starts_with("aws/") {
            mistakes.push(
                Diagnostic::new(format!("the KMS key name `{name}` belongs to AWS"))
                    .at(key.place(), "")
                    .help("choose a name that does not start with `aws/`"),
            );
        }
    }
    for bus in index.buses.iter().filter(|bus| !bus.declared.existing) {
        let name = stage.physical_name(&bus.declared.name);
        if name == "default" || name.starts_with("aws.") {
            mistakes.push(
                Diagnostic::new(format!("the bus name `{name}` belongs to AWS"))
                    .at(bus.place(), "")
                    .help("choose a name other than `default` that does not start with `aws.`"),
            );
        }
    }
    let vpcs = index.vpcs.iter().map(|vpc| ("VPC", &vpc.declared.name, vpc.place()));
    let inside = index.handlers.iter().filter(|handler| handler.declared.vpc.is_some());
    let inside = inside.map(|h| ("function", &h.declared.function, h.place()));
    for (noun, name, at) in vpcs.chain(inside) {
        let name = stage.physical_name(name);
        if name.starts_with("sg-") {
            let message = format!("the {noun} name `{name}` starts with `sg-`");
            let help = "choose another: a security group bears it, and AWS takes that for an id";
            mistakes.push(Diagnostic::new(message).at(at, "").help(help));
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
