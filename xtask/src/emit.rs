//! Everything that `synth` writes, computed from what an application declares.

use esteira_manifest::Manifest;

use crate::{
    cloudformation::{self, Limits},
    diagnostic::{Diagnostic, Failure, Result},
    diagram,
    graph::Graph,
    manifest, terraform,
};

/// The files of a stage, by path relative to its output folder, and what is left out of them.
#[derive(Debug)]
pub(crate) struct Emitted {
    pub(crate) files: Vec<(String, String)>,
    /// Why there is no CloudFormation template, if there is none. Terraform knows no limit of
    /// that kind, so that this is no failure of the whole.
    pub(crate) left_out: Vec<Diagnostic>,
}

/// Everything that is written of a graph.
pub(crate) fn files(application: &Manifest, graph: &Graph) -> Result<Emitted> {
    let mut files = vec![("manifest.json".to_owned(), manifest::json(application)?)];
    let mut left_out = Vec::new();
    match cloudformation::templates(graph, &Limits::AWS) {
        Ok(templates) => files.extend(templates.iter().map(|template| {
            (format!("cloudformation/{}", template.file()), template.text().to_owned())
        })),
        Err(Failure(mistakes)) => left_out = mistakes,
    }
    files.extend(
        terraform::files(graph).into_iter().map(|(name, text)| (format!("terraform/{name}"), text)),
    );
    files.extend(diagram::files(graph));
    Ok(Emitted { files, left_out })
}
