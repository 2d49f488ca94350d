//! What is uploaded before AWS can be asked: the zips, and the templates.

use std::collections::BTreeSet;

use super::{
    CloudFormation,
    bucket::{self, Bucket, Upload},
    parameters::{self, Code},
    stacks::Unit,
    template::Template,
};
use crate::{deploy::Deployment, diagnostic::Result, output};

/// What lies in the bucket for code.
#[derive(Clone)]
pub(super) struct Uploads<'a> {
    pub(super) bucket: Bucket<'a>,
    pub(super) code: Vec<Code>,
    prefix: String,
}

impl Uploads<'_> {
    /// Where CloudFormation finds a template.
    pub(super) fn url(&self, template: &Template) -> String {
        self.bucket.url(&key(&self.prefix, template))
    }

    /// Deletes what was uploaded for earlier deploys.
    pub(super) fn tidy(&self, templates: &[&Template]) -> Result<()> {
        let mut kept: BTreeSet<_> = templates.iter().map(|it| key(&self.prefix, it)).collect();
        kept.extend(self.code.iter().map(|code| code.key.clone()));
        Ok(self.bucket.clean(&self.prefix, &kept)?)
    }
}

fn key(prefix: &str, template: &Template) -> String {
    format!("{prefix}template-{}.json", bucket::digest(template.text().as_bytes()))
}

impl<'a> CloudFormation<'a> {
    /// Uploads all that the stacks of a stage need, once.
    pub(super) fn uploads<'u>(
        &mut self,
        units: impl Iterator<Item = &'u Unit<'a>>,
    ) -> Result<Uploads<'a>>
    where
        'a: 'u,
    {
        if let Some(uploads) = &self.uploads {
            return Ok(uploads.clone());
        }
        let Deployment { report, output, .. } = self.deployment;
        let code = parameters::code(self.deployment)?;
        let bucket = Bucket::ensure(self.aws, &self.deployment.identity.account, report)?;
        let prefix = parameters::prefix(self.deployment);
        let mut templates = Vec::new();
        for unit in units {
            let Some(template) = &unit.wanted else { continue };
            let file = format!("template{}.json", unit.portion.suffix());
            let path = output.join("cloudformation").join(file);
            output::write(&path, template.text().as_bytes())?;
            templates.push((key(&prefix, template), path));
        }
        let templates = templates.iter().map(|(key, path)| Upload { key: key.clone(), path });
        let zips = code.iter().map(|it| Upload { key: it.key.clone(), path: &it.path });
        let uploads: Vec<_> = templates.chain(zips).collect();
        let count = bucket.upload(&prefix, &uploads)?;
        let what = format_args!("{count} of {} files to {}", uploads.len(), bucket.name);
        report.status("Uploaded", what);
        let uploads = Uploads { bucket, code, prefix };
        self.uploads = Some(uploads.clone());
        Ok(uploads)
    }
}
