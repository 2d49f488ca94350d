//! The built functions, for this machine.

use std::{collections::BTreeMap, path::PathBuf};

use esteira_manifest::{Manifest, dev::Binary};

use super::plan;
use crate::{
    app::App,
    commands::build::handlers,
    diagnostic::{Diagnostic, Result},
    generated::{self, Arch},
    graph::{self, Graph},
    report::Report,
};

/// Builds every function just as for a deploy, but for the processor of this machine, and takes it
/// from where cargo leaves it: the zips of the output folder stay what they are.
///
/// # Errors
///
/// Programs for Lambda do not run on this machine; what it takes to build them is not installed; a
/// handler does not compile.
pub(super) fn build(
    app: &App,
    manifest: &Manifest,
    graph: &Graph,
    report: &Report,
) -> Result<BTreeMap<String, Binary>> {
    let Some(arch) = Arch::of_this_machine() else {
        let message = "the built functions run on Linux alone, on x86_64 or aarch64";
        let help = "leave `--binaries` out: the handlers then run in the program itself";
        return Err(Diagnostic::new(message).help(help).into());
    };
    generated::check_linker(app)?;
    generated::check_target(app, arch)?;
    let others = graph
        .functions
        .iter()
        .filter(|it| it.architecture.is_some_and(|its| graph::architecture(its) != arch.name()));
    for function in others {
        let message = format!(
            "`{}` is run as it is built for {}, and not for its own processor",
            function.handler,
            arch.name()
        );
        report.warning(&Diagnostic::new(message).at(function.node.at.clone(), "declared here"));
    }
    let all = handlers(manifest);
    let names: Vec<_> = all.iter().map(|(item, _)| item.name()).collect();
    let built = generated::build_handlers(app, &all, &names, arch, report)?;
    let built: BTreeMap<_, _> = built.into_iter().map(|it| (it.handler, it.path)).collect();
    Ok(told(graph, &built))
}

fn told(graph: &Graph, built: &BTreeMap<String, PathBuf>) -> BTreeMap<String, Binary> {
    let functions = graph.functions.iter().filter_map(|function| {
        let program = built.get(&function.handler)?.clone();
        Some((function.handler.clone(), plan::binary(graph, function, program)))
    });
    functions.collect()
}

/// The programs, whose change is a reason to start anew.
pub(super) fn programs(
    binaries: Option<&BTreeMap<String, Binary>>,
) -> impl Iterator<Item = &PathBuf> {
    binaries.into_iter().flat_map(|all| all.values().map(|binary| &binary.program))
}
