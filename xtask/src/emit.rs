//! Everything that `synth` writes, computed from what an application declares.

use esteira::manifest::Manifest;

use crate::{diagnostic::Result, manifest, stage::Stage};

/// The files of a stage, by path relative to its output folder. Fails with every mistake that
/// takes more than one declaration to see.
pub(crate) fn files(application: &Manifest, _stage: &Stage) -> Result<Vec<(String, String)>> {
    Ok(vec![("manifest.json".to_owned(), manifest::json(application)?)])
}
