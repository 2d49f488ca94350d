//! An EventBridge bus.

use std::ops::RangeInclusive;

use esteira_manifest::{self as manifest, Kind};
use serde::Deserialize;
use toml::Spanned;

use super::{Declaration, Logical, Node, index::Entry};
use crate::{
    diagnostic::{Diagnostic, Place, Result},
    stage::{
        Settings, Stage,
        existing::{self, ArnShape},
    },
};

/// The days an archive can be told to keep events; it would take 0 for ever
/// (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html>).
pub(crate) const ARCHIVE_DAYS: RangeInclusive<u32> = 1..=i32::MAX as u32;

/// The most characters of an archive's name, by the same page.
const ARCHIVE_NAME_MAX: usize = 48;

/// The rules that an account may have on one bus, unless AWS has raised the quota
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>).
const RULES: u32 = 300;

/// That of a partner has slashes in its name.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html>
const ARN: ArnShape =
    ArnShape { noun: "a bus", service: "events", before: "event-bus/", signs: "/_.-" };

/// An EventBridge bus.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bus {
    pub(crate) node: Node,
    pub(crate) archive: Option<Archive>,
    /// The rules that the account may have on it.
    pub(crate) rule_quota: u32,
}

/// An archive of every event on a bus, to be played again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Archive {
    pub(crate) node: Node,
    pub(crate) days: u32,
}

/// The settings of a bus that is made.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a bus")]
struct Created {
    archive_days: Option<Spanned<u32>>,
    rule_quota: Option<Spanned<u32>>,
}

/// What a stage has to say of a bus that others made, and the quota, which is the account's.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the `arn` of an existing bus")]
struct Existing {
    arn: Option<Spanned<String>>,
    rule_quota: Option<Spanned<u32>>,
}

impl Declaration for manifest::Bus {
    type Node = Bus;
    const NOUN: &'static str = "a bus";
    const ATTRIBUTE: &'static str = "#[derive(Bus)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Bus(bus) = kind { Some(bus) } else { None }
    }
}

impl Bus {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Bus")
    }

    pub(crate) fn new(entry: Entry<'_, manifest::Bus>, stage: &Stage) -> Result<Self> {
        let Entry { item, declared } = entry;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        let mut bus = Self { node, archive: None, rule_quota: RULES };
        let mut days = declared.archive_days;
        let quota = if declared.existing {
            let settings = stage.settings::<Existing>(item)?;
            let Existing { arn, rule_quota } = &settings.values;
            bus.node = existing::named(bus.node, item, &ARN, &settings, arn.as_ref(), stage)?;
            quota(&settings, rule_quota.as_ref(), entry.place())?
        } else {
            let settings = stage.settings::<Created>(item)?;
            let Created { archive_days, rule_quota } = &settings.values;
            let written = archive_days.as_ref();
            days = settings.number("archive_days", written, ARCHIVE_DAYS, entry.place())?.or(days);
            quota(&settings, rule_quota.as_ref(), entry.place())?
        };
        bus.rule_quota = quota.unwrap_or(RULES);
        bus.archive = days.map(|days| Archive::new(&bus.node, days)).transpose()?;
        Ok(bus)
    }
}

fn quota<T>(
    settings: &Settings<T>,
    value: Option<&Spanned<u32>>,
    at: Place,
) -> Result<Option<u32>, Diagnostic> {
    settings.number("rule_quota", value, 1..=u32::MAX, at)
}

impl Archive {
    /// The archive of a bus bears its name.
    fn new(bus: &Node, days: u32) -> Result<Self, Diagnostic> {
        let (name, count) = (&bus.name, bus.name.chars().count());
        if count > ARCHIVE_NAME_MAX {
            return Err(Diagnostic::new(format!(
                "the archive of the bus has its name, `{name}`: {count} characters, and AWS takes \
                 {ARCHIVE_NAME_MAX} for an archive"
            ))
            .at(bus.at.clone(), "")
            .help("give the bus a shorter name, or no `archive_days`; the stage's naming pattern counts too"));
        }
        let Logical { snake, camel } = &bus.logical;
        let logical = Logical { snake: snake.clone(), camel: format!("{camel}Archive") };
        Ok(Self { node: Node { logical, existing: None, ..bus.clone() }, days })
    }
}
