//! Names of stages, and the patterns of the names they give.

use std::collections::BTreeMap;

use super::Stage;
use crate::{diagnostic::Diagnostic, toml_file::TomlFile};

/// Characters a stage name may have: it leads physical names, of which an IAM role's, the
/// shortest, has 64
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const NAME_MAX: usize = 20;

pub(super) fn check_name(name: &str) -> Result<(), String> {
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
pub(super) fn check_pattern(pattern: &str) -> Result<(), String> {
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

/// Stages that would give a resource the same physical name in one account.
pub(super) fn collisions(file: &TomlFile, stages: &[(usize, Stage)]) -> Vec<Diagnostic> {
    let mut sorted: Vec<_> = stages.iter().collect();
    sorted.sort_by_key(|(at, _)| *at);
    let mut seen = BTreeMap::<String, Vec<&(usize, Stage)>>::new();
    let mut mistakes = Vec::new();
    for entry in sorted {
        let (at, stage) = entry;
        let same = seen.entry(stage.physical_name("{name}")).or_default();
        // Names of roles are an account's, whatever the region.
        let apart = |other: &Stage| matches!((&other.account, &stage.account), (Some(a), Some(b)) if a != b);
        match same.iter().find(|(_, other)| !apart(other)) {
            None => same.push(entry),
            Some((first_at, first)) => {
                let message = format!(
                    "stages `{}` and `{}` give resources the same names",
                    first.name, stage.name
                );
                let mistake = file
                    .mistake(message, *at)
                    .at(file.place(*first_at), "the same names here")
                    .help(
                        "let the pattern contain `{stage}`, or give each an `account` of its own",
                    );
                mistakes.push(mistake);
            }
        }
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_stage_name_is_checked() {
        for name in ["", "9a", "a_b", "describe", "handlers", "a23456789012345678901"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        for name in ["dev", "pr-123", "a2345678901234567890"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }
}
