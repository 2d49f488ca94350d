//! What resources are called here.

use std::collections::BTreeMap;

/// Account, region and the physical names of resources.
#[derive(Debug, Clone)]
pub struct Place {
    /// Twelve digits.
    pub account: String,
    /// Such as `us-east-1`.
    pub region: String,
    /// By id, the names that differ from those that were declared.
    pub names: BTreeMap<String, String>,
}

impl Default for Place {
    fn default() -> Self {
        Self { account: "000000000000".into(), region: "us-east-1".into(), names: BTreeMap::new() }
    }
}

impl Place {
    /// The name of what has an id and was declared under a name.
    pub(super) fn name(&self, id: &str, declared: &str) -> String {
        self.names.get(id).map_or_else(|| declared.to_owned(), Clone::clone)
    }

    /// The ARN of something.
    #[must_use]
    pub fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, self.account)
    }
}
