//! Everything that `synth` writes, computed from what an application declares.

use esteira::manifest::Manifest;

use crate::{
    cloudformation, diagnostic::Result, diagram, graph::Graph, manifest, stage::Stage, terraform,
};

/// The files of a stage, by path relative to its output folder. Fails with every mistake that
/// takes more than one declaration to see.
pub(crate) fn files(application: &Manifest, stage: &Stage) -> Result<Vec<(String, String)>> {
    let graph = Graph::new(application, stage)?;
    let mut files = vec![
        ("manifest.json".to_owned(), manifest::json(application)?),
        ("cloudformation/template.yaml".to_owned(), cloudformation::template(&graph)?),
    ];
    files.extend(
        terraform::files(&graph)
            .into_iter()
            .map(|(name, text)| (format!("terraform/{name}"), text)),
    );
    files.extend(diagram::files(&graph));
    Ok(files)
}
