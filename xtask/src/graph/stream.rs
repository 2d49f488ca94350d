//! A Kinesis data stream.

use std::ops::RangeInclusive;

use esteira_manifest::{self as manifest, Kind};
use serde::Deserialize;
use toml::Spanned;

use super::{Declaration, Id, Index, KmsKey, Logical, Node, index::Entry};
use crate::{
    diagnostic::Result,
    stage::{
        Stage,
        existing::{self, ArnShape},
    },
};

/// How long a stream can keep records
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html>).
pub(crate) const RETENTION_HOURS: RangeInclusive<u32> = 24..=8_760;

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesis.html>
const ARN: ArnShape =
    ArnShape { noun: "a stream", service: "kinesis", before: "stream/", signs: "_.-" };

/// A Kinesis data stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stream {
    pub(crate) node: Node,
    /// None for a stream on demand.
    pub(crate) shards: Option<u32>,
    pub(crate) retention_hours: u32,
    /// None for the key that Kinesis has in every account.
    pub(crate) kms_key: Option<Id<KmsKey>>,
}

/// The settings of a stream in a stage.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a stream")]
struct InStage {
    shards: Option<Spanned<Shards>>,
    retention_hours: Option<Spanned<u32>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a number of shards, or \"on_demand\"")]
enum Shards {
    Provisioned(u32),
    Mode(Mode),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    OnDemand,
}

impl Declaration for manifest::Stream {
    type Node = Stream;
    const NOUN: &'static str = "a stream";
    const ATTRIBUTE: &'static str = "#[derive(Stream)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Stream(stream) = kind { Some(stream) } else { None }
    }
}

impl Stream {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Stream")
    }

    pub(crate) fn new(
        entry: Entry<'_, manifest::Stream>,
        index: &Index<'_>,
        stage: &Stage,
    ) -> Result<Self> {
        let Entry { item, declared } = entry;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        let mut stream = Self {
            node: existing::by_arn(node, item, declared.existing, &ARN, stage)?,
            shards: declared.shards,
            retention_hours: declared.retention_hours,
            kms_key: index.key(declared.kms_key.as_deref(), entry.place())?,
        };
        if stream.node.is_created() {
            let settings = stage.settings::<InStage>(item)?;
            if let Some(shards) = &settings.values.shards {
                stream.shards = match shards.get_ref() {
                    Shards::Provisioned(count) => {
                        let count = Spanned::new(shards.span(), *count);
                        settings.number("shards", Some(&count), 1..=u32::MAX, entry.place())?
                    }
                    Shards::Mode(Mode::OnDemand) => None,
                };
            }
            let hours = settings.values.retention_hours.as_ref();
            let hours =
                settings.number("retention_hours", hours, RETENTION_HOURS, entry.place())?;
            stream.retention_hours = hours.unwrap_or(stream.retention_hours);
        }
        Ok(stream)
    }
}
