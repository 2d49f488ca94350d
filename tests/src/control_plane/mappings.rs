//! Table mappings: which tables are captured, and how.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::Object;
use super::fault::Fault;
use super::input::{self, Result, object, one_of, text};

/// What a transformation can do.
const TRANSFORMATIONS: [&str; 18] = [
    "add-column",
    "include-column",
    "remove-column",
    "rename",
    "convert-lowercase",
    "convert-uppercase",
    "add-prefix",
    "remove-prefix",
    "replace-prefix",
    "add-suffix",
    "remove-suffix",
    "replace-suffix",
    "define-primary-key",
    "change-data-type",
    "add-before-image-columns",
    "data-masking-digits-mask",
    "data-masking-digits-randomize",
    "data-masking-hash-mask",
];

/// Checks mappings as the service does before it takes them.
pub(super) fn check(mappings: &str) -> Result<()> {
    let mappings = input::json(mappings, "TableMappings")?;
    let rules = mappings.get("rules").and_then(Value::as_array);
    let rules = rules.ok_or_else(|| Fault::value("TableMappings have no rules"))?;
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut included = false;
    for rule in rules {
        let rule = rule.as_object().ok_or_else(|| Fault::value("a rule is no object"))?;
        let id = match rule.get("rule-id") {
            Some(Value::Number(number)) => number.to_string(),
            _ => text(rule, "rule-id")?.to_owned(),
        };
        if id.parse::<u64>().is_err() || !ids.insert(id.clone()) {
            return Err(Fault::value(format!("rule-id `{id}` is no number of its own")));
        }
        if !names.insert(text(rule, "rule-name")?) {
            return Err(Fault::value(format!("rule {id} has the name of another")));
        }
        check_rule(rule).map_err(|fault| Fault::value(format!("rule {id}: {fault}")))?;
        included |= rule["rule-type"] == "selection" && rule["rule-action"] != "exclude";
    }
    match included {
        true => Ok(()),
        false => Err(Fault::value("TableMappings select no table")),
    }
}

fn check_rule(rule: &Object) -> Result<()> {
    let kinds = ["selection", "transformation", "table-settings", "object-mapping"];
    let kind = one_of(rule, "rule-type", &kinds)?;
    let locator = object(rule, "object-locator")?;
    text(locator, "schema-name")?;
    match kind {
        "selection" => {
            text(locator, "table-name")?;
            one_of(rule, "rule-action", &["include", "exclude", "explicit"])?;
        }
        "transformation" => {
            let target = one_of(rule, "rule-target", &["schema", "table", "column"])?;
            if target == "column" {
                text(locator, "column-name")?;
            }
            let action = one_of(rule, "rule-action", &TRANSFORMATIONS)?;
            if action == "change-data-type" {
                text(object(rule, "data-type")?, "type")?;
            }
        }
        "object-mapping" => {
            text(locator, "table-name")?;
            one_of(rule, "rule-action", &["map-record-to-record", "map-record-to-document"])?;
        }
        _ => {}
    }
    Ok(())
}
