//! What a stage says of a capture.

use std::ops::RangeInclusive;

use esteira_manifest as manifest;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    diagnostic::{Diagnostic, Place, Result},
    graph::index::Entry,
    stage::{self, Stage},
};

/// The gigabytes that an instance may have for what it has to hold back and for its logs
/// (<https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html>).
const STORAGE_GB: RangeInclusive<u32> = 5..=6144;

/// The capacities of a serverless replication, in DMS capacity units of 2 GB of memory
/// (<https://docs.aws.amazon.com/dms/latest/APIReference/API_ComputeConfig.html>).
const DCUS: [u32; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384];

/// What a replication runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Engine {
    Instance {
        class: String,
        storage_gb: u32,
        /// None for AWS's default: versions are withdrawn every year.
        version: Option<String>,
    },
    /// As much as the changes ask for, within bounds in DMS capacity units.
    Serverless { least: u32, most: u32 },
}

/// The settings of a capture, as they are used.
pub(super) struct Settings {
    pub(super) engine: Engine,
    /// Whether another zone stands in when the first is away. By default in every stage but
    /// `dev`, as databases are protected.
    pub(super) multi_az: bool,
    pub(super) certificate: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a capture")]
struct InStage {
    instance_class: Option<Spanned<String>>,
    storage_gb: Option<Spanned<u32>>,
    engine_version: Option<Spanned<String>>,
    serverless: Option<Spanned<Serverless>>,
    multi_az: Option<bool>,
    certificate_arn: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `min_dcu` and `max_dcu`")]
struct Serverless {
    min_dcu: u32,
    max_dcu: u32,
}

impl Settings {
    pub(super) fn new(entry: Entry<'_, manifest::Capture>, stage: &Stage) -> Result<Self> {
        let settings = stage.settings::<InStage>(entry.item)?;
        Ok(Self {
            engine: engine(&settings, entry.place())?,
            multi_az: settings.values.multi_az.unwrap_or(stage.name != "dev"),
            certificate: certificate(&settings, stage, entry.place())?,
        })
    }
}

fn engine(settings: &stage::Settings<InStage>, at: Place) -> Result<Engine, Diagnostic> {
    let InStage { instance_class, storage_gb, engine_version, serverless, .. } = &settings.values;
    let Some(serverless) = serverless else {
        let class = match instance_class {
            Some(class) if !class.get_ref().starts_with("dms.") => {
                let message = format!("`{}` is no replication instance class", class.get_ref());
                return Err(settings
                    .mistake(message, class.span())
                    .at(at, "for this")
                    .help("write for instance \"dms.t3.medium\""));
            }
            Some(class) => class.get_ref().clone(),
            None => "dms.t3.medium".into(),
        };
        let storage = settings.number("storage_gb", storage_gb.as_ref(), STORAGE_GB, at)?;
        let version = engine_version.as_ref().map(|version| version.get_ref().clone());
        return Ok(Engine::Instance { class, storage_gb: storage.unwrap_or(50), version });
    };
    let of_instances = [
        ("instance_class", instance_class.as_ref().map(Spanned::span)),
        ("storage_gb", storage_gb.as_ref().map(Spanned::span)),
        ("engine_version", engine_version.as_ref().map(Spanned::span)),
    ];
    if let Some((name, span)) = of_instances.into_iter().find_map(|(n, span)| Some((n, span?))) {
        return Err(settings
            .mistake(format!("a `serverless` capture has no `{name}`"), span)
            .at(at, "for this")
            .help("leave one of the two out"));
    }
    let Serverless { min_dcu: least, max_dcu: most } = *serverless.get_ref();
    if DCUS.contains(&least) && DCUS.contains(&most) && least <= most {
        return Ok(Engine::Serverless { least, most });
    }
    let dcus = DCUS.map(|dcu| dcu.to_string()).join(", ");
    Err(settings
        .mistake(format!("a capacity of {least} to {most} is not possible"), serverless.span())
        .at(at, "for this")
        .help(format!("`min_dcu` and `max_dcu` are two of {dcus}, the first not the larger")))
}

fn certificate(
    settings: &stage::Settings<InStage>,
    stage: &Stage,
    at: Place,
) -> Result<Option<String>, Diagnostic> {
    let Some(arn) = &settings.values.certificate_arn else { return Ok(None) };
    let text = arn.get_ref();
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let is_one = matches!(parts.as_slice(), ["arn", _, "dms", _, _, id] if id.starts_with("cert:"));
    let wrong = if is_one {
        stage.elsewhere(text)
    } else {
        Some(format!("`{text}` is no ARN of a certificate in DMS"))
    };
    match wrong {
        None => Ok(Some(text.clone())),
        Some(message) => Err(settings
            .mistake(message, arn.span())
            .at(at, "for this")
            .help("import RDS's bundle of the region with `aws dms import-certificate`, and write the ARN it answers with")),
    }
}
