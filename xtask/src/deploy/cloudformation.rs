//! Deploying by CloudFormation, as one stack of the application and the stage.
//!
//! AWS does the work and goes on if this process ends: what is under way is waited for by whoever
//! comes next, and what failed is cleared away before anything new is begun.

mod apply;
mod bucket;
mod captures;
mod cause;
mod change_set;
mod changes;
mod drift;
mod events;
mod follow;
mod parameters;
mod plan;
mod policies;
mod stack;
mod tags;
mod template;

use self::{
    bucket::{Bucket, Upload},
    change_set::ChangeSet,
    stack::{Described, Stack, State},
    template::Template,
};
use super::{Backend, Change, Deployment, Event, Goal, Outputs, Plan};
use crate::{aws::Aws, cloudformation, diagnostic::Result};

/// The stack of a stage of an application.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>: its
/// name has letters, digits and hyphens.
pub(crate) fn stack_name(app: &str, stage: &str) -> String {
    format!("{}-{stage}", app.replace('_', "-"))
}

/// CloudFormation, through the user's `aws` command line.
pub(crate) struct CloudFormation<'a> {
    deployment: &'a Deployment<'a>,
    aws: &'a Aws,
    stack: Stack<'a>,
    planned: Option<Planned<'a>>,
}

/// What the last plan prepared.
struct Planned<'a> {
    goal: Goal,
    changes: Vec<Change>,
    /// The template that is to be, or that is.
    template: Template,
    /// What AWS will do, if it could already be asked.
    change_set: Option<ChangeSet<'a>>,
}

impl<'a> CloudFormation<'a> {
    /// The stack that a deployment is about.
    pub(crate) fn new(deployment: &'a Deployment<'a>) -> Self {
        let name = stack_name(&deployment.graph.app, &deployment.graph.stage);
        let aws = deployment.aws;
        Self { deployment, aws, stack: Stack::new(aws, name), planned: None }
    }

    /// What there is, once no operation is under way.
    fn settled(&self) -> Result<Option<Described>> {
        let description =
            cloudformation::description(&self.deployment.graph.app, &self.deployment.graph.stage);
        loop {
            let Some(described) = self.stack.describe()? else { return Ok(None) };
            self.stack.check(&described, &description)?;
            if described.state() != State::Busy {
                return Ok(Some(described));
            }
            let status = &described.stack_status;
            let report = self.deployment.report;
            report.status("Joining", format_args!("stack {}, which is {status}", self.stack.name));
            let ended = self.stack.follow(&described.stack_id, None, &mut |event| {
                report.detail(&event.resource_status, &event.logical_resource_id);
            })?;
            if !ended.is_success() {
                let template = self.stack.template().unwrap_or_default();
                for mistake in cause::of(&ended, &template) {
                    report.warning(&mistake);
                }
            }
        }
    }

    /// Uploads what the template needs, and asks AWS what it would do.
    fn change_set(
        &self,
        template: &Template,
        described: Option<&Described>,
    ) -> Result<ChangeSet<'a>> {
        let Deployment { report, output, .. } = self.deployment;
        let code = parameters::code(self.deployment)?;
        let bucket = Bucket::ensure(self.aws, &self.deployment.identity.account, report)?;
        let prefix = parameters::prefix(self.deployment);
        let text = template.text();
        let path = output.join("cloudformation").join("template.json");
        crate::output::write(&path, text.as_bytes())?;
        let key = format!("{prefix}template-{}.json", bucket::digest(text.as_bytes()));
        let mut uploads = vec![Upload { key: key.clone(), path: &path }];
        uploads.extend(code.iter().map(|it| Upload { key: it.key.clone(), path: &it.path }));
        let count = bucket.upload(&prefix, &uploads)?;
        let what = format_args!("{count} of {} files to {}", uploads.len(), bucket.name);
        report.status("Uploaded", what);
        let values = parameters::values(
            template,
            described,
            &bucket.name,
            &code,
            self.deployment,
            self.aws,
        )?;
        let adopt = self.deployment.adopt;
        let url = bucket.url(&key);
        let exists = described.is_some();
        let set = ChangeSet::create(&self.stack, &url, &values, exists, adopt, template)?;
        tags::check(set.imports(), self.deployment)?;
        Ok(set)
    }
}

impl Backend for CloudFormation<'_> {
    fn name(&self) -> &'static str {
        "CloudFormation"
    }

    fn plan(&mut self, goal: Goal) -> Result<Plan> {
        self.planned = None;
        match goal {
            Goal::Deployed => self.plan_deploy(),
            Goal::Destroyed => self.plan_destroy(),
        }
    }

    fn apply(&mut self, happens: &mut dyn FnMut(Event)) -> Result<()> {
        match self.planned.take() {
            Some(planned) if planned.goal == Goal::Deployed => self.deploy(planned, happens),
            Some(planned) => self.destroy(&planned, happens),
            None => Ok(()),
        }
    }

    fn outputs(&mut self) -> Result<Outputs> {
        Ok(self.stack.describe()?.map(|it| it.outputs()).unwrap_or_default())
    }
}

/// Whether nothing of the application exists.
fn is_gone(state: State) -> bool {
    matches!(state, State::Absent | State::Stillborn)
}
