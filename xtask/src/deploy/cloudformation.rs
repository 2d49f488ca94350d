//! Deploying by CloudFormation, as one stack of the application and the stage, or as several where
//! one is too small.
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
mod order;
mod parameters;
mod plan;
mod policies;
mod stack;
mod stacks;
mod tags;
mod template;
mod uploads;

use self::{
    change_set::ChangeSet, parameters::Values, stack::State, stacks::Unit, uploads::Uploads,
};
use super::{Backend, Change, Deployment, Event, Goal, Outputs, Plan};
use crate::{aws::Aws, cloudformation, diagnostic::Result, stage::Removal};

pub(crate) use {bucket::STACK as CODE_STACK, stacks::stack_name};

/// CloudFormation, through the user's `aws` command line.
pub(crate) struct CloudFormation<'a> {
    deployment: &'a Deployment<'a>,
    aws: &'a Aws,
    uploads: Option<Uploads<'a>>,
    planned: Option<Planned<'a>>,
}

/// What the last plan prepared.
struct Planned<'a> {
    goal: Goal,
    /// In the order in which they are done.
    steps: Vec<Step<'a>>,
}

/// What becomes of one stack.
struct Step<'a> {
    unit: Unit<'a>,
    changes: Vec<Change>,
    /// What AWS will do, and with which parameters, if it could already be asked.
    change_set: Option<(ChangeSet<'a>, Values)>,
}

impl<'a> CloudFormation<'a> {
    /// The stacks that a deployment is about.
    pub(crate) fn new(deployment: &'a Deployment<'a>) -> Self {
        Self { deployment, aws: deployment.aws, uploads: None, planned: None }
    }

    /// Asks AWS what it would do to a stack.
    fn change_set(
        &self,
        unit: &Unit<'a>,
        values: &Values,
        uploads: &Uploads<'_>,
    ) -> Result<ChangeSet<'a>> {
        let template = unit.template();
        let is_there = unit.described.as_ref().is_some_and(|it| !is_gone(it.state()));
        // A queue that was left behind when its handler went from one stack to another.
        let left =
            unit.portion.number().is_some() && self.deployment.graph.removal == Removal::Retain;
        let adopt = self.deployment.adopt || left;
        let (url, values) = (uploads.url(template), parameters::text(values));
        let set = ChangeSet::create(&unit.stack, &url, &values, is_there, adopt, template)?;
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
        let there = self.there()?;
        let mut outputs = Outputs::new();
        for (_, described) in &there {
            outputs.extend(described.outputs());
        }
        if there.iter().any(|(portion, _)| portion.number().is_some()) {
            // The base has room for so many only.
            let Deployment { graph, identity, aws, .. } = self.deployment;
            for (name, text) in cloudformation::known_outputs(graph) {
                let text = text.at(&identity.account, aws.region(), identity.partition());
                outputs.entry(name).or_insert_with(|| text.into());
            }
        }
        Ok(outputs)
    }
}

/// Whether nothing of a stack exists.
fn is_gone(state: State) -> bool {
    matches!(state, State::Absent | State::Stillborn)
}
