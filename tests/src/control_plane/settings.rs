//! The settings of a task: what is given is laid over what holds without it.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html>

use serde_json::Value;

use super::Object;
use super::fault::Fault;
use super::input::{self, Result, one_of};

/// What AWS tells of a task that was created without any.
const DEFAULTS: &str = include_str!("settings.json");

/// Settings and what each of them can be.
const CHOICES: [(&str, &str, &[&str]); 6] = [
    (
        "ErrorBehavior",
        "DataErrorPolicy",
        &["IGNORE_RECORD", "LOG_ERROR", "SUSPEND_TABLE", "STOP_TASK"],
    ),
    (
        "ErrorBehavior",
        "DataTruncationErrorPolicy",
        &["IGNORE_RECORD", "LOG_ERROR", "SUSPEND_TABLE", "STOP_TASK"],
    ),
    ("ErrorBehavior", "DataErrorEscalationPolicy", &["SUSPEND_TABLE", "STOP_TASK"]),
    ("ErrorBehavior", "TableErrorPolicy", &["SUSPEND_TABLE", "STOP_TASK"]),
    ("ErrorBehavior", "TableErrorEscalationPolicy", &["STOP_TASK"]),
    ("BeforeImageSettings", "ColumnFilter", &["pk-only", "non-lob", "all"]),
];

const SEVERITIES: [&str; 5] = [
    "LOGGER_SEVERITY_ERROR",
    "LOGGER_SEVERITY_WARNING",
    "LOGGER_SEVERITY_DEFAULT",
    "LOGGER_SEVERITY_DEBUG",
    "LOGGER_SEVERITY_DETAILED_DEBUG",
];

/// The settings that hold, as the JSON that the service tells.
pub(super) fn merged(before: Option<&str>, given: Option<&str>) -> Result<String> {
    let mut settings = input::json(before.unwrap_or(DEFAULTS), "the settings")?;
    let known = input::json(DEFAULTS, "the settings")?;
    for (section, given) in input::json(given.unwrap_or("{}"), "the settings")? {
        let Some(default) = known.get(&section) else {
            return Err(Fault::value(format!("there are no settings `{section}`")));
        };
        match given {
            Value::Object(given) => {
                check(&section, default, &given)?;
                match settings.get_mut(&section) {
                    Some(Value::Object(settings)) => settings.extend(given),
                    _ => drop(settings.insert(section, Value::Object(given))),
                }
            }
            given => drop(settings.insert(section, given)),
        }
    }
    Ok(Value::Object(settings).to_string())
}

fn check(section: &str, default: &Value, given: &Object) -> Result<()> {
    for (name, value) in given {
        // Sections that are null by default have members that cannot be read off it.
        if let Some(default) = default.as_object() {
            let known = default
                .get(name)
                .ok_or_else(|| Fault::value(format!("there is no setting `{section}.{name}`")))?;
            let alike =
                known.is_null() || std::mem::discriminant(known) == std::mem::discriminant(value);
            if !alike {
                return Err(Fault::value(format!("`{section}.{name}` cannot be {value}")));
            }
        }
    }
    for (_, name, allowed) in CHOICES.iter().filter(|(it, ..)| *it == section) {
        if given.contains_key(*name) {
            one_of(given, name, allowed)?;
        }
    }
    if section == "BeforeImageSettings"
        && given.get("EnableBeforeImage") == Some(&Value::Bool(true))
    {
        input::text(given, "FieldName")?;
    }
    if section == "Logging" {
        check_logging(given)?;
    }
    Ok(())
}

fn check_logging(given: &Object) -> Result<()> {
    for name in ["CloudWatchLogGroup", "CloudWatchLogStream"] {
        if given.get(name).is_some_and(|it| !it.is_null()) {
            return Err(Fault::value(format!("`Logging.{name}` cannot be set")));
        }
    }
    for component in given.get("LogComponents").and_then(Value::as_array).into_iter().flatten() {
        let component =
            component.as_object().ok_or_else(|| Fault::value("a LogComponent is no object"))?;
        input::text(component, "Id")?;
        one_of(component, "Severity", &SEVERITIES)?;
    }
    Ok(())
}
