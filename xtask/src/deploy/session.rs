//! One run of `diff`, `deploy` or `destroy`: what they have in common.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{
    Backend, Deployment, Goal, Outputs, Plan, account_roles, clearing,
    cloudformation::CloudFormation,
    confirm,
    permissions::{self, Permission},
    progress::Progress,
    show,
    terraform::Terraform,
};
use crate::{aws::Access, diagnostic::Result};

/// What the commands that deal with a deployed stage are told.
#[derive(Debug, Clone, Args)]
pub(crate) struct Settings {
    /// What makes the changes
    #[arg(long, value_enum, default_value = "terraform")]
    pub(crate) backend: Kind,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// The backends there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Terraform,
    Cloudformation,
}

/// What was agreed to on the command line.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Consent {
    /// Lose data where the plan says so; `--yes` alone does not agree to that
    #[arg(long)]
    allow_data_loss: bool,
}

/// A stage with its backend.
pub(crate) struct Session<'a> {
    deployment: &'a Deployment<'a>,
    backend: Box<dyn Backend + 'a>,
    goal: Goal,
    plan: Plan,
    permissions: Vec<Permission>,
    missing: Vec<account_roles::Role>,
}

/// The backend that is chosen.
///
/// # Errors
///
/// What it takes is not installed; somebody else is at work on the stage.
pub(crate) fn backend<'a>(
    deployment: &'a Deployment<'a>,
    kind: Kind,
) -> Result<Box<dyn Backend + 'a>> {
    match kind {
        Kind::Terraform => Ok(Box::new(Terraform::new(deployment)?)),
        Kind::Cloudformation => Ok(Box::new(CloudFormation::new(deployment))),
    }
}

impl<'a> Session<'a> {
    /// Finds out what reaching a goal would change.
    ///
    /// # Errors
    ///
    /// Those of the backend.
    pub(crate) fn plan(deployment: &'a Deployment<'a>, kind: Kind, goal: Goal) -> Result<Self> {
        let mut backend = backend(deployment, kind)?;
        let Deployment { graph, report, identity, aws, .. } = deployment;
        report.status(
            "Planning",
            format_args!(
                "stage {} of {} in account {}, {} ({})",
                graph.stage,
                graph.app,
                identity.account,
                aws.region(),
                backend.name()
            ),
        );
        let plan = backend.plan(goal)?;
        let (permissions, missing) = match goal {
            Goal::Deployed => {
                (permissions::changes(graph, &plan.policies), account_roles::missing(graph, aws)?)
            }
            Goal::Destroyed => (Vec::new(), Vec::new()),
        };
        Ok(Self { deployment, backend, goal, plan, permissions, missing })
    }

    /// Whether there is anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.plan.is_empty() && self.missing.is_empty()
    }

    /// Whether somebody else has changed something, or there is something to do.
    pub(crate) fn differs(&self) -> bool {
        !self.is_empty() || !self.plan.drift.is_empty()
    }

    /// The plan for people.
    pub(crate) fn text(&self) -> String {
        let roles = self.missing.iter().map(|(role, _)| {
            format!(
                "  + role {role} of the account, which DMS needs; it stays when the stage goes\n"
            )
        });
        roles.collect::<String>() + &show::text(&self.plan, &self.permissions)
    }

    /// The plan for programs.
    pub(crate) fn json(&self) -> Value {
        let Deployment { graph, identity, aws, .. } = self.deployment;
        let mut plan = show::json(&self.plan, &self.permissions);
        plan["account_roles"] = self.missing.iter().map(|(role, _)| *role).collect();
        json!({
            "app": graph.app, "stage": graph.stage, "account": identity.account,
            "region": aws.region(), "backend": self.backend.name(), "plan": plan,
        })
    }

    /// Asks whether the plan is what the user wants.
    ///
    /// # Errors
    ///
    /// There is nobody to ask.
    pub(crate) fn confirm(&self, yes: bool, consent: Consent) -> Result<bool> {
        let agreed = confirm::Agreed { yes, data_loss: consent.allow_data_loss };
        confirm::ask(&self.plan, &self.deployment.graph.stage, agreed)
    }

    /// Makes the changes; returns them as data.
    ///
    /// # Errors
    ///
    /// Those of the backend. What was done until then has been told.
    pub(crate) fn apply(&mut self) -> Result<Value> {
        let Deployment { graph, report, identity, aws, .. } = self.deployment;
        for role in &self.missing {
            account_roles::create(*role, &identity.account, aws)?;
            report.status("Added", format_args!("role {} of the account", role.0));
        }
        if self.goal == Goal::Destroyed {
            clearing::clear(&self.plan, graph, aws, report)?;
        }
        let progress = Progress::start(&self.plan, report);
        let applied = self.backend.apply(&mut |event| progress.happens(event));
        let (done, total) = progress.counts();
        let data = progress.done().into();
        drop(progress);
        applied.map(|()| data).inspect_err(|_| {
            let rest = total.saturating_sub(done);
            report.status("Stopped", format_args!("{done} changes were made, {rest} were not"));
        })
    }

    /// The outputs of the stage.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub(crate) fn outputs(&mut self) -> Result<Outputs> {
        self.backend.outputs()
    }

    /// What stays when the stage is gone, by name.
    pub(crate) fn left(&self) -> impl Iterator<Item = &str> {
        let left = self.plan.changes.iter().filter(|it| it.action == super::Action::Leave);
        left.map(|it| it.name.as_deref().unwrap_or(&it.address))
    }
}
