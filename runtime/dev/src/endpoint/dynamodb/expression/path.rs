//! Paths to attributes and into documents.

use serde_dynamo::{AttributeValue, Item};

/// The name of an attribute, and perhaps steps into it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Path(pub(in super::super) Vec<Step>);

/// A step into a map or a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Step {
    /// An entry of a map; the first step is an attribute of the item.
    Name(String),
    /// An element of a list.
    Index(usize),
}

impl Path {
    /// The attribute that the path begins with.
    pub(in super::super) fn attribute(&self) -> &str {
        match self.0.first() {
            Some(Step::Name(name)) => name,
            _ => "",
        }
    }

    /// The name, if it is the path of a whole attribute.
    pub(in super::super) fn whole(&self) -> Option<&str> {
        (self.0.len() == 1).then(|| self.attribute())
    }

    /// What is there.
    pub(in super::super) fn of<'a>(&self, item: &'a Item) -> Option<&'a AttributeValue> {
        let steps = self.0.get(1..)?;
        steps.iter().try_fold(item.get(self.attribute())?, |value, step| match (step, value) {
            (Step::Name(name), AttributeValue::M(map)) => map.get(name),
            (Step::Index(index), AttributeValue::L(list)) => list.get(*index),
            _ => None,
        })
    }

    /// Why two paths cannot be in one expression: one is within the other, or they take the same
    /// thing for a map and for a list.
    fn clash(&self, other: &Path) -> Option<&'static str> {
        let different = self.0.iter().zip(&other.0).find(|(a, b)| a != b);
        match different {
            None => Some("overlap"),
            Some((Step::Name(_), Step::Index(_)) | (Step::Index(_), Step::Name(_))) => {
                Some("conflict")
            }
            Some(_) => None,
        }
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let steps = self.0.iter().map(|step| match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => format!("[{index}]"),
        });
        write!(f, "[{}]", steps.collect::<Vec<_>>().join(", "))
    }
}

/// Fails if two of the paths cannot be in one expression.
pub(super) fn distinct<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<(), String> {
    let mut seen: Vec<&Path> = Vec::new();
    for path in paths {
        for earlier in &seen {
            if let Some(how) = earlier.clash(path) {
                return Err(format!(
                    "Two document paths {how} with each other; must remove or rewrite one of these paths; path one: {earlier}, path two: {path}"
                ));
            }
        }
        seen.push(path);
    }
    Ok(())
}
