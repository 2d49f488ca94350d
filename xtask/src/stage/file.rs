//! The stage file, `esteira.toml` beside the application's Cargo.toml.

use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc};

use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

use super::{
    Backend, Removal, Resources, Stage, backend,
    name::{check_name, check_pattern, collisions},
    place::{check_account, check_region},
    tags,
};
use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    suggest,
    toml_file::TomlFile,
};

/// The days CloudWatch Logs can keep events
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>).
const LOG_RETENTION_DAYS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// Ten years, the longest that logs are kept but for ever.
const FAILURE_RETENTION_DAYS: std::ops::RangeInclusive<u32> = 1..=3650;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    stage: BTreeMap<Spanned<String>, Settings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with the settings of a stage")]
struct Settings {
    names: Option<Spanned<String>>,
    log_retention_days: Option<Spanned<u32>>,
    failure_retention_days: Option<Spanned<u32>>,
    account: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    tags: Option<tags::Tags>,
    deletion_protection: Option<bool>,
    removal_policy: Option<Removal>,
    create_dms_roles: Option<bool>,
    terraform_backend: Option<Spanned<backend::Written>>,
    /// Read by each resource itself, when it is known what it is.
    #[serde(default, rename = "resources")]
    _resources: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

/// The stage of that name for the application in `directory`. The file is optional: without it,
/// or without any stage in it, every name is a stage with the defaults.
///
/// # Errors
///
/// Every mistake in the file, named relative to `root`.
pub(crate) fn load(name: &str, directory: &Path, root: &Path) -> Result<Stage> {
    check_name(name).map_err(Diagnostic::new)?;
    let path = directory.join("esteira.toml");
    if !path.exists() {
        return Ok(Stage::new(name));
    }
    parse(name, TomlFile::read(&path, root)?)
}

pub(super) fn parse(name: &str, file: TomlFile) -> Result<Stage> {
    let content: File = toml::from_str(&file.text).map_err(|error| file.parse_error(&error))?;
    let mut mistakes = Vec::new();
    // Each with where another stage that would have the same names is reported.
    let mut stages = Vec::<(usize, Stage)>::new();
    for (key, settings) in content.stage {
        let at = settings.names.as_ref().map_or(key.span(), Spanned::span).start;
        let mut reader = Reader { file: &file, mistakes: &mut mistakes };
        reader.check(key.span(), check_name(key.get_ref()).map_err(Diagnostic::new));
        stages.push((at, reader.stage(key.get_ref(), settings)));
    }
    mistakes.extend(collisions(&file, &stages));
    if !mistakes.is_empty() {
        return Err(Failure(mistakes));
    }
    if stages.is_empty() {
        return Ok(Stage::new(name));
    }
    let known: Vec<_> = stages.iter().map(|(_, stage)| stage.name.clone()).collect();
    match stages.into_iter().find(|(_, stage)| stage.name == name) {
        Some((_, stage)) => Ok(Stage { resources: Arc::new(Resources::of(name, file)?), ..stage }),
        None => {
            let help = suggest::help(name, known.iter().map(String::as_str));
            let message = format!("no stage `{name}` in {}", file.name);
            Err(file.mistake(message, file.find(&["stage"])).help(help).into())
        }
    }
}

/// Reads stages, and collects what is wrong with them.
struct Reader<'a> {
    file: &'a TomlFile,
    mistakes: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn stage(&mut self, name: &str, settings: Settings) -> Stage {
        let mut stage = Stage::new(name);
        if let Some(names) = settings.names {
            self.check(names.span(), check_names(names.get_ref()));
            stage.names = names.into_inner();
        }
        if let Some(days) = settings.log_retention_days {
            self.check(days.span(), check_log_days(*days.get_ref()));
            stage.log_retention_days = days.into_inner();
        }
        if let Some(days) = settings.failure_retention_days {
            self.check(days.span(), check_failure_days(*days.get_ref()));
            stage.failure_retention_days = days.into_inner();
        }
        if let Some(account) = settings.account {
            self.check(account.span(), check_account(account.get_ref()));
            stage.account = Some(account.into_inner());
        }
        if let Some(region) = settings.region {
            self.check(region.span(), check_region(region.get_ref()));
            stage.region = Some(region.into_inner());
        }
        for (span, mistake) in settings.tags.iter().flat_map(tags::check) {
            self.check(span, Err(mistake));
        }
        let tags = settings.tags.into_iter().flatten();
        stage.tags = tags.map(|(key, value)| (key.into_inner(), value.into_inner())).collect();
        stage.deletion_protection =
            settings.deletion_protection.unwrap_or(stage.deletion_protection);
        stage.removal = settings.removal_policy.unwrap_or(stage.removal);
        stage.create_dms_roles = settings.create_dms_roles.unwrap_or(stage.create_dms_roles);
        if let Some(written) = settings.terraform_backend {
            match Backend::new(&written) {
                Ok(backend) => stage.backend = Some(backend),
                Err((at, mistake)) => self.check(at..at, Err(mistake)),
            }
        }
        stage
    }

    fn check(&mut self, span: Range<usize>, checked: Result<(), Diagnostic>) {
        if let Err(mistake) = checked {
            self.mistakes.push(mistake.at(self.file.place(span.start), ""));
        }
    }
}

fn check_names(pattern: &str) -> Result<(), Diagnostic> {
    let help = "write for instance \"{stage}-{name}\"";
    check_pattern(pattern).map_err(|message| Diagnostic::new(message).help(help))
}

fn check_log_days(days: u32) -> Result<(), Diagnostic> {
    if LOG_RETENTION_DAYS.contains(&days) {
        return Ok(());
    }
    let allowed = LOG_RETENTION_DAYS.map(|days| days.to_string()).join(", ");
    Err(Diagnostic::new(format!("CloudWatch cannot keep logs for {days} days"))
        .help(format!("write one of {allowed}")))
}

fn check_failure_days(days: u32) -> Result<(), Diagnostic> {
    if FAILURE_RETENTION_DAYS.contains(&days) {
        return Ok(());
    }
    let (least, most) = FAILURE_RETENTION_DAYS.into_inner();
    Err(Diagnostic::new(format!("failures cannot be kept for {days} days"))
        .help(format!("write {least} to {most}")))
}
