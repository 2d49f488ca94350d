//! A stage: one deployment of an application, such as `dev` or `prod`.

mod backend;
pub(crate) mod existing;
mod file;
mod name;
mod number;
mod place;
mod settings;
mod tags;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;

use crate::{diagnostic::Result, toml_file::TomlFile};

pub use backend::Backend;
pub(crate) use file::load;
pub(crate) use settings::{Resources, Settings};
pub(crate) use tags::OURS as OUR_TAGS;

/// The settings of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its name, such as `dev`.
    pub name: String,
    /// The pattern of physical names; `{stage}` and `{name}` are filled in.
    pub names: String,
    /// Days that log groups keep their events.
    pub log_retention_days: u32,
    /// Days that the failure bucket keeps its objects.
    pub failure_retention_days: u32,
    /// The only AWS account it may be deployed to, 12 digits.
    pub account: Option<String>,
    /// The only AWS region it may be deployed to.
    pub region: Option<String>,
    /// Tags of every resource, besides the three that esteira gives.
    pub tags: BTreeMap<String, String>,
    /// Whether AWS refuses to delete what keeps data until this is switched off.
    pub deletion_protection: bool,
    /// What becomes of data when its resource leaves the code, or the stage is destroyed.
    pub removal: Removal,
    /// Whether the stage creates the two roles that DMS looks for in an account.
    pub create_dms_roles: bool,
    /// Where Terraform keeps its state, if not in a local file.
    pub backend: Option<Backend>,
    /// What the stage file says of its resources.
    pub(crate) resources: Arc<Resources>,
}

/// What becomes of a resource that keeps data when it leaves the code, or its stage is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// It stays: a stack leaves it behind, and Terraform refuses a plan that would destroy it.
    ///
    /// Terraform sees this only of what the code still declares
    /// (<https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle>), so what
    /// left the code is kept by [`Stage::deletion_protection`] alone.
    Retain,
    /// It is deleted with its data.
    Destroy,
}

impl Stage {
    /// A stage with the defaults. The stage `dev` is one to throw away: what keeps data is
    /// protected in every other.
    ///
    /// ```
    /// # use esteira_xtask::stage::{Removal, Stage};
    /// assert_eq!(Stage::new("dev").removal, Removal::Destroy);
    /// assert_eq!(Stage::new("prod").removal, Removal::Retain);
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let keeps = name != "dev";
        Self {
            names: "{stage}-{name}".into(),
            log_retention_days: 30,
            failure_retention_days: 90,
            account: None,
            region: None,
            tags: BTreeMap::new(),
            deletion_protection: keeps,
            create_dms_roles: false,
            removal: if keeps { Removal::Retain } else { Removal::Destroy },
            backend: None,
            resources: Arc::default(),
            name,
        }
    }

    /// The stage of that name in the text of a stage file, which is called `file` in messages.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, and a stage that is not in it though others are.
    ///
    /// ```
    /// # use esteira_xtask::stage::Stage;
    /// let text = "[stage.prod]\nregion = \"sa-east-1\"";
    /// let stage = Stage::parse("prod", "esteira.toml", text).unwrap();
    /// assert_eq!(stage.region.as_deref(), Some("sa-east-1"));
    /// ```
    pub fn parse(name: &str, file: &str, text: &str) -> Result<Self> {
        file::parse(name, TomlFile { name: file.into(), text: text.into() })
    }

    /// The name a resource has in AWS.
    ///
    /// ```
    /// # use esteira_xtask::stage::Stage;
    /// assert_eq!(Stage::new("dev").physical_name("PedidosStream"), "dev-PedidosStream");
    /// ```
    pub fn physical_name(&self, name: &str) -> String {
        self.names.replace("{stage}", &self.name).replace("{name}", name)
    }
}
