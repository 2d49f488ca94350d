//! One template: what is in it, and its text.

use super::{Limits, Portion, Value, limits::Over, not_written, pinned, value};
use crate::{diagnostic::Result, graph::Graph};

/// The template of one stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    portion: Portion,
    text: String,
    value: Value,
}

/// The sections of a template that one portion differs from another in.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    pub(super) parameters: Vec<(String, Value)>,
    pub(super) conditions: Vec<(&'static str, Value)>,
    pub(super) resources: Vec<(String, Value)>,
    pub(super) outputs: Vec<(String, Value)>,
}

impl Contents {
    /// What a stack does not take so many of.
    pub(super) fn over(&self, limits: &Limits) -> Option<Over> {
        [
            ("resources", self.resources.len(), limits.resources),
            ("parameters", self.parameters.len(), limits.parameters),
            ("outputs", self.outputs.len(), limits.outputs),
        ]
        .into_iter()
        .find(|(_, count, most)| count > most)
        .map(|(what, count, most)| Over { what, count, most })
    }
}

impl Template {
    pub(super) fn new(portion: Portion, contents: Contents, graph: &Graph) -> Result<Self> {
        let Contents { parameters, conditions, resources, outputs } = contents;
        let mut sections = vec![
            ("AWSTemplateFormatVersion", "2010-09-09".into()),
            ("Description", portion.description(graph).into()),
            ("Parameters", Value::Map(parameters)),
        ];
        let rules = pinned::rules(graph);
        if !rules.is_empty() {
            sections.push(("Rules", Value::Map(rules)));
        }
        if !conditions.is_empty() {
            sections.push(("Conditions", Value::map(conditions)));
        }
        sections.push(("Resources", Value::Map(resources)));
        sections.push(("Outputs", Value::Map(outputs)));
        let value = Value::map(sections);
        let yaml = value::yaml(&value).map_err(|error| not_written(&error))?;
        let text = format!(
            "# Written by `cargo xtask synth` from the application's code: edit the code.\n{yaml}"
        );
        Ok(Self { portion, text, value })
    }

    /// Its file in the folder of templates.
    pub fn file(&self) -> String {
        format!("template{}.yaml", self.portion.suffix())
    }

    /// It, as YAML.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn portion(&self) -> Portion {
        self.portion
    }

    /// It as data: what is deployed, so that it can be read back as easily.
    pub(crate) fn data(&self) -> Result<serde_json::Value> {
        serde_json::to_value(&self.value).map_err(|error| not_written(&error).into())
    }
}
