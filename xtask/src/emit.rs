//! Everything that `synth` writes, computed from what an application declares.

use esteira::manifest::Manifest;

use crate::{cloudformation, diagnostic::Result, diagram, graph::Graph, manifest, terraform};

/// The files of a stage, by path relative to its output folder.
///
/// # Errors
///
/// The stack is more than CloudFormation takes.
pub(crate) fn files(application: &Manifest, graph: &Graph) -> Result<Vec<(String, String)>> {
    let mut files = vec![
        ("manifest.json".to_owned(), manifest::json(application)?),
        ("cloudformation/template.yaml".to_owned(), cloudformation::template(graph)?),
    ];
    files.extend(
        terraform::files(graph).into_iter().map(|(name, text)| (format!("terraform/{name}"), text)),
    );
    files.extend(diagram::files(graph));
    Ok(files)
}
