//! A stage as it is in AWS: what the commands after a deploy have in common.

use esteira_manifest::Manifest;

use crate::{
    app::App,
    aws::{Access, Aws},
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    generated,
    graph::{Function, Graph},
    report::Report,
    schema, stage, suggest,
};

/// One stage of one application. The names of what it consists of follow from the code and the
/// stage file, so neither a state nor a stack is read, and it does not matter what deployed it.
pub(super) struct Deployed {
    pub(super) app: App,
    pub(super) manifest: Manifest,
    pub(super) graph: Graph,
}

impl Deployed {
    /// The stage that the options name.
    ///
    /// # Errors
    ///
    /// Several applications are meant, or what `check` refuses.
    pub(super) fn load(options: &Options, report: &Report) -> Result<Self> {
        let app = options.app()?;
        let stage = stage::load(&options.stage, app.package.directory(), &app.workspace.root)?;
        let manifest = generated::describe(&app, report)?;
        let schemas = schema::check(&app, &manifest)?;
        let graph = Graph::with_schemas(&manifest, &schemas, &stage)?;
        Ok(Self { app, manifest, graph })
    }

    /// The command line for it.
    ///
    /// # Errors
    ///
    /// Those of [`Aws::new`].
    pub(super) fn aws(&self, access: &Access) -> Result<Aws> {
        Aws::new(access, &self.graph)
    }

    /// The functions of these handlers, or all, with their positions among all.
    ///
    /// # Errors
    ///
    /// There is no handler of that name.
    pub(super) fn functions(&self, handlers: &[String]) -> Result<Vec<(usize, &Function)>> {
        let all = || self.graph.functions.iter();
        let known = all().map(|function| function.handler.as_str());
        let unknown = handlers.iter().filter(|name| !known.clone().any(|known| known == *name));
        let mistakes: Vec<_> = unknown
            .map(|name| {
                Diagnostic::new(format!("no handler `{name}`"))
                    .help(suggest::help(name, known.clone()))
            })
            .collect();
        if !mistakes.is_empty() {
            return Err(Failure(mistakes));
        }
        let asked = |name: &String| handlers.is_empty() || handlers.contains(name);
        Ok(all().enumerate().filter(|(_, function)| asked(&function.handler)).collect())
    }

    /// That a part is not there: the stage is not deployed, or not with it.
    pub(super) fn missing(&self, what: &str) -> Diagnostic {
        let (app, stage) = (self.app.name(), &self.graph.stage);
        Diagnostic::new(format!(
            "{what} does not exist: stage `{stage}` of {app} is not deployed, or was before it was \
             written"
        ))
        .help(format!(
            "run `cargo xtask deploy --app {app} --stage {stage}`; if it is deployed, `--profile` \
             and `--region` say where to look"
        ))
    }
}
