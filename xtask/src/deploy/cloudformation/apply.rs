//! Making what was planned so.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    ChangeSet, CloudFormation, Planned, Step,
    bucket::Bucket,
    captures::Captures,
    cause,
    events::{self, Step as Far},
    follow::Ended,
    is_gone,
    parameters::{self, Values},
    stack::{Described, Stack, State},
    stack_name,
    stacks::Unit,
    template::{self, Template},
    uploads::Uploads,
};
use crate::{
    cloudformation::Portion,
    deploy::{Action, Change, Event, Progress},
    diagnostic::{Diagnostic, Failure, Result},
};

impl<'a> CloudFormation<'a> {
    pub(super) fn deploy(
        &mut self,
        planned: Planned<'a>,
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let Planned { mut steps, .. } = planned;
        let uploads = self.uploads(steps.iter().map(|it| &it.unit))?;
        let count = steps.len();
        let mut shared = Values::new();
        for (at, step) in steps.iter_mut().enumerate() {
            if count > 1 && !step.changes.is_empty() {
                let what = format_args!("stack {} ({} of {count})", step.unit.stack.name, at + 1);
                self.deployment.report.status("Deploying", what);
            }
            if step.unit.wanted.is_none() {
                self.delete(step, happens)?;
                continue;
            }
            self.make(step, &uploads, &shared, happens)?;
            if step.unit.portion == Portion::Base {
                shared = parameters::shared(step.unit.stack.describe()?.as_ref());
            }
        }
        self.captures()?.start()?;
        for Change { address, .. } in steps.iter().flat_map(after) {
            let (address, action) = (address.clone(), Action::Change);
            happens(Event { address, action, progress: Progress::Done });
        }
        let templates: Vec<_> = steps.iter().filter_map(|it| it.unit.wanted.as_ref()).collect();
        uploads.tidy(&templates)
    }

    /// Makes one stack what it is to be.
    fn make(
        &self,
        step: &mut Step<'a>,
        uploads: &Uploads<'_>,
        shared: &Values,
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let unit = &mut step.unit;
        let Some(template) = unit.wanted.clone() else { return Ok(()) };
        unit.described = unit.stack.describe()?;
        if let Some(unfinished) = unit.described.as_ref().filter(|it| it.state() != State::Ready) {
            self.clear(unfinished, &unit.stack, &template)?;
            unit.described = unit.stack.describe()?;
        }
        unit.described = unit.described.take().filter(|it| !is_gone(it.state()));
        let described = unit.described.as_ref();
        let values = parameters::values(&template, described, uploads, shared, self.deployment)?;
        let missing = parameters::missing(&template, &values);
        if !missing.is_empty() {
            return Err(lacks(&missing).into());
        }
        let change_set = match step.change_set.take() {
            // What it was computed for may have changed with the base.
            Some((change_set, with)) if with == values => Some(change_set),
            _ if unit.is_as(&values) => None,
            _ => {
                let change_set = self.change_set(unit, &values, uploads)?;
                if unit.described.is_some() {
                    agreed(&change_set, &step.changes, unit)?;
                }
                Some(change_set)
            }
        };
        if let Some(change_set) = change_set.filter(|it| !it.is_empty()) {
            self.execute(change_set, &step.unit, &step.changes, happens)?;
        }
        self.protect(&step.unit)
    }

    fn execute(
        &self,
        change_set: ChangeSet<'a>,
        unit: &Unit<'a>,
        planned: &[Change],
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let template = unit.template();
        let touched = change_set
            .changes(template, template)
            .iter()
            .any(|it| it.kind.starts_with("AWS::DMS::"));
        let captures = match touched && unit.described.is_some() {
            true => Some(self.captures()?.without_new()),
            false => None,
        };
        // What runs again loses nothing; the failure is the news.
        let go_on = |mut failure: Failure| {
            let restarted = captures.as_ref().map_or(Ok(()), Captures::start);
            failure.0.extend(restarted.err().into_iter().flat_map(|it| it.0));
            failure
        };
        captures.as_ref().map_or(Ok(()), Captures::pause).map_err(go_on)?;
        let id = change_set.stack_id.clone();
        let since = unit.stack.newest_event().map_err(|refusal| go_on(refusal.into()))?;
        change_set.execute().map_err(go_on)?;
        let ended = self.follow(&unit.stack, &id, since.as_deref(), planned, happens)?;
        if !ended.is_success() {
            return Err(go_on(Failure(cause::of(&ended, template))));
        }
        self.left(&ended, template);
        // The stacks that are to come may take long.
        captures.as_ref().map_or(Ok(()), Captures::start)
    }

    /// Those of the stage, which are all in its base.
    fn captures(&self) -> Result<Captures<'a>> {
        let base = Stack::new(self.aws, stack_name(self.deployment.graph, Portion::Base));
        Ok(Captures::new(&base.members()?, self.deployment))
    }

    /// Brings what did not end to its end.
    fn clear(&self, unfinished: &Described, stack: &Stack<'_>, template: &Template) -> Result<()> {
        let report = self.deployment.report;
        let name = &stack.name;
        let operation = match unfinished.state() {
            State::Stillborn => "delete-stack",
            State::Stuck => "continue-update-rollback",
            State::Torn => "rollback-stack",
            _ => return Ok(()),
        };
        report
            .status("Clearing", format_args!("stack {name}, which is {}", unfinished.stack_status));
        let since = stack.newest_event()?;
        stack.call(operation, &[])?;
        let ended = stack.follow(&unfinished.stack_id, since.as_deref(), &mut |_| {})?;
        match ended.status.as_str() {
            "DELETE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" | "ROLLBACK_COMPLETE" => Ok(()),
            _ => Err(Failure(cause::of(&ended, template))),
        }
    }

    pub(super) fn destroy(
        &self,
        planned: &Planned<'a>,
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        for step in &planned.steps {
            self.delete(step, happens)?;
        }
        Captures::new(&[], self.deployment).forget();
        if let Some(bucket) = Bucket::find(self.aws, &self.deployment.identity.account)? {
            bucket.clean(&parameters::prefix(self.deployment), &BTreeSet::new())?;
        }
        Ok(())
    }

    /// Deletes one stack.
    fn delete(&self, step: &Step<'a>, happens: &mut dyn FnMut(Event)) -> Result<()> {
        let Step { unit: Unit { stack, deployed, .. }, changes, .. } = step;
        let Some(described) = stack.describe()? else { return Ok(()) };
        if described.enable_termination_protection {
            // Of a stage that goes the plan has refused it: here its handlers have another stack.
            stack.call("update-termination-protection", &["--no-enable-termination-protection"])?;
        }
        let since = stack.newest_event()?;
        stack.call("delete-stack", &[])?;
        let ended = self.follow(stack, &described.stack_id, since.as_deref(), changes, happens)?;
        match ended.is_success() {
            true => Ok(()),
            false => Err(Failure(cause::of(&ended, deployed))),
        }
    }

    /// Follows an operation, and tells of each resource what becomes of it.
    fn follow(
        &self,
        stack: &Stack<'_>,
        id: &str,
        since: Option<&str>,
        planned: &[Change],
        happens: &mut dyn FnMut(Event),
    ) -> Result<Ended> {
        let actions: BTreeMap<_, _> =
            planned.iter().map(|it| (it.address.as_str(), it.action)).collect();
        let report = self.deployment.report;
        let mut undoing = false;
        stack.follow(id, since, &mut |event| {
            if event.is_of_stack() {
                if event.resource_status.ends_with("ROLLBACK_IN_PROGRESS") {
                    undoing = true;
                    report.status("Rolling back", "what was done, as something failed");
                }
                return;
            }
            let planned = actions.get(event.logical_resource_id.as_str()).copied();
            let action = event.action(planned);
            let step = event.step();
            // Of what the plan does not speak only the metadata differ; what was replaced is cleared
            // away when all is done; and with what stays nothing happens.
            let unplanned = planned.is_none() && action == Action::Change;
            let cleared = planned == Some(Action::Replace) && action == Action::Destroy && !undoing;
            let left = action == Action::Leave;
            if (unplanned || cleared || left) && step != Far::Failed {
                return;
            }
            let address = event.logical_resource_id.clone();
            let progress = match step {
                Far::Begun => Progress::Begun,
                Far::Done if undoing => Progress::Undone,
                Far::Done => Progress::Done,
                Far::Failed => Progress::Failed,
            };
            happens(Event { address, action, progress });
        })
    }

    /// An update succeeds even if what it no longer needs cannot be deleted.
    fn left(&self, ended: &Ended, template: &Template) {
        for failure in cause::first(&ended.events) {
            let after = "the update is done, and this left behind";
            self.deployment.report.warning(&cause::diagnostic(failure, template, after));
        }
    }

    /// Protects a stack where the stage protects its data.
    fn protect(&self, unit: &Unit<'_>) -> Result<()> {
        let wanted = self.deployment.graph.deletion_protection;
        // A new one is not.
        let is = unit.described.as_ref().is_some_and(|it| it.enable_termination_protection);
        if is != wanted {
            let flag = match wanted {
                true => "--enable-termination-protection",
                false => "--no-enable-termination-protection",
            };
            unit.stack.call("update-termination-protection", &[flag])?;
        }
        Ok(())
    }
}

/// The changes of a step that are none of a change set's.
fn after<'s>(step: &'s Step<'_>) -> impl Iterator<Item = &'s Change> {
    let started = |it: &Change| it.attributes == [template::STARTED];
    let there = step.unit.wanted.is_some();
    step.changes.iter().filter(move |it| there && (it.kind == events::STACK || started(it)))
}

/// Refuses to lose data that the plan did not say would be lost, as it could not know it.
fn agreed(change_set: &ChangeSet<'_>, planned: &[Change], unit: &Unit<'_>) -> Result<()> {
    let deployed = unit.stack.template()?;
    let agreed: HashSet<_> = planned.iter().map(|it| (&it.address, it.action)).collect();
    let changes = change_set.changes(unit.template(), &deployed);
    let mut news = changes.iter().filter(|it| it.loses().is_some());
    match news.find(|it| !agreed.contains(&(&it.address, it.action))) {
        None => Ok(()),
        Some(change) => Err(Diagnostic::new(format!(
            "what AWS would do to stack {} is not what the plan says: it would {} `{}`",
            unit.stack.name,
            change.action.verb(),
            change.address
        ))
        .help("deploy again, and decide by the new plan")
        .into()),
    }
}

/// The base stack does not say what another stack needs to know.
fn lacks(outputs: &[&str]) -> Diagnostic {
    Diagnostic::new(format!("the base stack has no output {}", outputs.join(", ")))
        .help("somebody has changed the base stack: undo that, and deploy again")
}
