//! A stage: one deployment of an application, such as `dev` or `prod`.

mod file;

pub(crate) use file::load;

/// The settings of one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name, such as `dev`.
    pub name: String,
    /// The pattern of physical names; `{stage}` and `{name}` are filled in.
    pub names: String,
    /// Days that log groups keep their events.
    pub log_retention_days: u32,
}

impl Stage {
    /// A stage with the defaults.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), names: "{stage}-{name}".into(), log_retention_days: 30 }
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
