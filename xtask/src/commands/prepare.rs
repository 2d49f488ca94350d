//! What `diff`, `deploy` and `destroy` do before anything is planned: the code is checked, the
//! credentials are, the functions are built and the infrastructure is written.

use std::path::PathBuf;

use clap::Args;

use super::{
    build::Build,
    synth::{Computed, compute},
    took::Took,
};
use crate::{
    app::App,
    aws::{Aws, Identity},
    cli::Options,
    deploy::{Deployment, Kind, Settings},
    diagnostic::{Diagnostic, Failure, Result},
    generated::Arch,
    graph::Step,
    output::{self, Output},
    report::Report,
    stage::Removal,
};

/// What the commands are told that take built functions.
#[derive(Debug, Args)]
pub(super) struct Preparation {
    #[command(flatten)]
    settings: Settings,
    /// The processor of the functions that say none of their own
    #[arg(long, value_enum, default_value = "arm64")]
    arch: Arch,
    /// Take the zips that `build` has left in the output folder
    #[arg(long)]
    no_build: bool,
}

/// A stage that is ready to be planned.
pub(super) struct Prepared<'a> {
    computed: Computed<'a>,
    aws: Aws,
    identity: Identity,
    output: PathBuf,
    arch: Arch,
}

impl Preparation {
    pub(super) fn backend(&self) -> Kind {
        self.settings.backend
    }

    pub(super) fn prepare<'a>(
        &self,
        app: &'a App,
        options: &Options,
        report: &Report,
        took: &mut Took,
    ) -> Result<Prepared<'a>> {
        let prepared = Prepared::new(app, &self.settings, self.arch, options, report, took)?;
        if self.no_build {
            prepared.find_zips()?;
        } else {
            let Computed { app, manifest, .. } = &prepared.computed;
            took.time("build", || Build::all(self.arch, app, manifest, options, report))?;
        }
        Ok(prepared)
    }
}

impl<'a> Prepared<'a> {
    /// Checks the application and the credentials, and writes the infrastructure.
    ///
    /// # Errors
    ///
    /// Every mistake of the application; what is wrong with the credentials.
    pub(super) fn new(
        app: &'a App,
        settings: &Settings,
        arch: Arch,
        options: &Options,
        report: &Report,
        took: &mut Took,
    ) -> Result<Self> {
        let mut all = took.time("check", || compute(std::slice::from_ref(app), options, report))?;
        let mut computed = all.remove(0);
        computed.warn(report);
        let aws = Aws::new(&settings.access, &computed.graph)?;
        let identity = took.time("credentials", || aws.identity())?;
        let files = std::mem::take(&mut computed.emitted.files);
        let written = took.time("synth", || -> Result<_> {
            let written = Output::plan(options.output(app, 1), files)?;
            output::write_all(std::iter::once(&written))?;
            Ok(written)
        })?;
        let output = written.root().to_owned();
        let output = std::path::absolute(&output).unwrap_or(output);
        Ok(Self { computed, aws, identity, output, arch })
    }

    pub(super) fn deployment<'b>(&'b self, report: &'b Report) -> Deployment<'b> {
        Deployment {
            app: self.computed.app,
            graph: &self.computed.graph,
            output: &self.output,
            arch: self.arch,
            start_capture: false,
            adopt: false,
            aws: &self.aws,
            identity: self.identity.clone(),
            report,
        }
    }

    /// What a person has to do next.
    pub(super) fn steps(&self, report: &Report) -> Vec<&Step> {
        let steps: Vec<_> = self.computed.graph.steps.iter().filter(|it| !it.by_hand).collect();
        steps.iter().for_each(|Step { title, text, .. }| report.step(title, text));
        steps
    }

    /// A stage whose databases AWS refuses to delete is not begun to be destroyed.
    ///
    /// # Errors
    ///
    /// It is one.
    pub(super) fn refuse_protected(&self) -> Result<()> {
        let graph = &self.computed.graph;
        let kept = graph.removal == Removal::Retain;
        if kept || !graph.deletion_protection {
            return Ok(());
        }
        let tables = graph.tables.created().map(|it| &it.node);
        let protected: Vec<_> = tables.chain(graph.auroras.created().map(|it| &it.node)).collect();
        if protected.is_empty() {
            return Ok(());
        }
        let mistakes = protected.iter().map(|node| {
            Diagnostic::new(format!("`{}` is protected against being deleted", node.name))
                .at(node.at.clone(), "declared here")
                .help(
                    "say `deletion_protection = false` in the stage file, deploy, and then destroy",
                )
        });
        Err(Failure(mistakes.collect()))
    }

    fn find_zips(&self) -> Result<()> {
        let missing: Vec<_> = self
            .computed
            .graph
            .functions
            .iter()
            .map(|it| self.output.join("lambda").join(format!("{}.zip", it.handler)))
            .filter(|zip| !zip.is_file())
            .map(|zip| {
                Diagnostic::new(format!("{} does not exist", zip.display()))
                    .help("leave `--no-build` out, or run `build` with the same `--output` before")
            })
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(Failure(missing)) }
    }
}
