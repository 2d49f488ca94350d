//! The stage file, `esteira.toml` beside the application's Cargo.toml.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::Stage;
use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    suggest,
    toml_file::TomlFile,
};

/// Characters a stage name may have: it leads physical names, of which an IAM role's, the
/// shortest, has 64
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const NAME_MAX: usize = 20;

/// The days CloudWatch Logs can keep events
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>).
const RETENTION_DAYS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

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
}

/// The stage of that name for the application in `directory`. The file is optional: without it,
/// or without any stage in it, every name is a stage with the defaults.
pub(crate) fn load(name: &str, directory: &Path, root: &Path) -> Result<Stage> {
    check_name(name).map_err(Diagnostic::new)?;
    let path = directory.join("esteira.toml");
    if !path.exists() {
        return Ok(Stage::new(name));
    }
    parse(name, &TomlFile::read(&path, root)?)
}

fn parse(name: &str, file: &TomlFile) -> Result<Stage> {
    let content: File = toml::from_str(&file.text).map_err(|error| file.parse_error(&error))?;
    let mut mistakes = Vec::new();
    let mut stages = Vec::<(usize, Stage)>::new();
    for (key, settings) in &content.stage {
        let mut stage = Stage::new(key.get_ref());
        // Where another stage that would have the same names is reported.
        let mut at = key.span().start;
        if let Err(message) = check_name(key.get_ref()) {
            mistakes.push(file.mistake(message, at));
        }
        if let Some(names) = &settings.names {
            at = names.span().start;
            stage.names.clone_from(names.get_ref());
            if let Err(message) = check_pattern(&stage.names) {
                let help = "write for instance \"{stage}-{name}\"";
                mistakes.push(file.mistake(message, at).help(help));
            }
        }
        if let Some(days) = &settings.log_retention_days {
            stage.log_retention_days = *days.get_ref();
            if !RETENTION_DAYS.contains(days.get_ref()) {
                let message = format!("CloudWatch cannot keep logs for {} days", days.get_ref());
                let allowed = RETENTION_DAYS.map(|days| days.to_string()).join(", ");
                let help = format!("write one of {allowed}");
                mistakes.push(file.mistake(message, days.span().start).help(help));
            }
        }
        stages.push((at, stage));
    }
    mistakes.extend(collisions(file, &stages));
    if !mistakes.is_empty() {
        return Err(Failure(mistakes));
    }
    if stages.is_empty() {
        return Ok(Stage::new(name));
    }
    let known: Vec<_> = stages.iter().map(|(_, stage)| stage.name.clone()).collect();
    match stages.into_iter().find(|(_, stage)| stage.name == name) {
        Some((_, stage)) => Ok(stage),
        None => {
            let help = suggest::help(name, known.iter().map(String::as_str));
            let message = format!("no stage `{name}` in {}", file.name);
            Err(file.mistake(message, file.find(&["stage"])).help(help).into())
        }
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let mut characters = name.chars();
    let valid = characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
    if !valid {
        return Err(format!(
            "`{name}` is no name for a stage: it starts with a letter a-z, and letters a-z, \
             digits and hyphens follow"
        ));
    }
    if name.len() > NAME_MAX {
        return Err(format!("stage name `{name}` is longer than {NAME_MAX} characters"));
    }
    if matches!(name, "describe" | "handlers") {
        return Err(format!("`{name}` is no name for a stage: a generated package has it"));
    }
    Ok(())
}

/// Physical names of every kind of resource follow the pattern, so it is held to the characters
/// that a function's name may have
/// (<https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>).
fn check_pattern(pattern: &str) -> Result<(), String> {
    let mut rest = pattern;
    let mut named = false;
    while let Some(c) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix('{') {
            let Some((placeholder, after)) = inner.split_once('}') else {
                return Err(format!("`{pattern}` has a `{{` without its `}}`"));
            };
            match placeholder {
                "name" => named = true,
                "stage" => {}
                other => {
                    return Err(format!(
                        "`{{{other}}}` is no placeholder; there are `{{stage}}` and `{{name}}`"
                    ));
                }
            }
            rest = after;
        } else if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            rest = &rest[1..];
        } else {
            return Err(format!("`{c}` cannot stand in the names of all resources"));
        }
    }
    if named {
        Ok(())
    } else {
        Err(format!("`{pattern}` lacks `{{name}}`: all resources would have one name"))
    }
}

/// Stages that would give a resource the same physical name.
fn collisions(file: &TomlFile, stages: &[(usize, Stage)]) -> Vec<Diagnostic> {
    let mut sorted: Vec<_> = stages.iter().collect();
    sorted.sort_by_key(|(at, _)| *at);
    let mut first = BTreeMap::<String, &(usize, Stage)>::new();
    let mut mistakes = Vec::new();
    for entry in sorted {
        let (at, stage) = entry;
        match first.get(&stage.physical_name("{name}")) {
            None => drop(first.insert(stage.physical_name("{name}"), entry)),
            Some((first_at, first)) => {
                let message = format!(
                    "stages `{}` and `{}` give resources the same names",
                    first.name, stage.name
                );
                let mistake = file
                    .mistake(message, *at)
                    .at(file.place(*first_at), "the same names here")
                    .help("let the pattern contain `{stage}`");
                mistakes.push(mistake);
            }
        }
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stage: &str, text: &str) -> Result<Stage, String> {
        let file = TomlFile { name: "esteira.toml".into(), text: text.into() };
        parse(stage, &file).map_err(|Failure(mistakes)| {
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        })
    }

    #[track_caller]
    fn refused(text: &str, expected: &[&str]) {
        let error = read("dev", text).unwrap_err();
        for part in expected {
            assert!(error.contains(part), "{part:?} is not in:\n{error}");
        }
    }

    #[test]
    fn settings_are_optional() {
        assert_eq!(read("dev", "").unwrap(), Stage::new("dev"));
        let text = "[stage.dev]\n[stage.prod]\nnames = \"{name}\"\nlog_retention_days = 365\n";
        assert_eq!(read("dev", text).unwrap(), Stage::new("dev"));
        let prod = read("prod", text).unwrap();
        assert_eq!(prod.physical_name("Fila"), "Fila");
        assert_eq!(prod.log_retention_days, 365);
    }

    #[test]
    fn a_stage_that_is_not_listed_is_refused_if_any_is() {
        let error = read("pord", "[stage.dev]\n[stage.prod]\n").unwrap_err();
        assert!(error.contains("did you mean `prod`?"), "{error}");
        assert!(error.contains("--> esteira.toml:1:"), "{error}");
    }

    #[test]
    fn mistakes_name_line_and_column() {
        refused("[stage.dev]\nname = 1\n", &["unknown field `name`", "esteira.toml:2:1"]);
        refused("[stages]\n", &["unknown field `stages`", "esteira.toml:1:2"]);
        refused("[stage.dev]\nnames = 1\n", &["expected a string", "esteira.toml:2:9"]);
        refused("[stage]\ndev = 1\n", &["expected a table with the settings", "toml:2:7"]);
        refused("[stage.dev\n", &["esteira.toml:1:"]);
        refused("[stage.dev]\nlog_retention_days = -1", &["esteira.toml:2:22"]);
        refused("[stage.dev]\nlog_retention_days = 31", &["31 days", "write one of 1, 3, 5"]);
        refused("[stage.Dev]\n", &["`Dev` is no name for a stage", "esteira.toml:1:8"]);
    }

    #[test]
    fn a_pattern_is_checked() {
        let pattern = |pattern: &str| check_pattern(pattern).unwrap_err();
        assert!(pattern("{stage}").contains("lacks `{name}`"));
        assert!(pattern("{env}-{name}").contains("`{env}` is no placeholder"));
        assert!(pattern("{name").contains("without its"));
        assert!(pattern("a.{name}").contains("`.` cannot stand"));
        assert!(pattern("é{name}").contains("`é` cannot stand"));
        assert_eq!(check_pattern("loja-{stage}_{name}"), Ok(()));
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let text = "[stage.a]\nnames = \"x\"\nlog_retention_days = 2\n";
        let error = read("a", text).unwrap_err();
        assert!(error.contains("lacks `{name}`") && error.contains("2 days"), "{error}");
    }

    #[test]
    fn stages_with_the_same_names_are_refused_at_both() {
        let text = "[stage.a]\nnames = \"{name}\"\n[stage.b]\nnames = \"{name}\"\n";
        refused(text, &["`a` and `b` give", "esteira.toml:4:9", "esteira.toml:2"]);
        refused("[stage.dev]\n[stage.x]\nnames = \"dev-{name}\"\n", &["`dev` and `x` give"]);
        assert!(read("a", "[stage.a]\n[stage.b]\n").is_ok());
    }

    #[test]
    fn a_stage_name_is_checked() {
        for name in ["", "9a", "a_b", "describe", "handlers", "a23456789012345678901"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        for name in ["dev", "pr-123", "a2345678901234567890"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }
}
