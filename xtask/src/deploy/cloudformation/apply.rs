//! Making what was planned so.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    ChangeSet, CloudFormation, Planned,
    bucket::{self, Bucket},
    captures::Captures,
    cause,
    events::{self, Step},
    follow::Ended,
    is_gone, parameters,
    stack::{Described, State},
    template::{self, Template},
};
use crate::{
    deploy::{Action, Change, Event, Progress},
    diagnostic::{Diagnostic, Failure, Result},
};

impl<'a> CloudFormation<'a> {
    pub(super) fn deploy(
        &self,
        mut planned: Planned<'a>,
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let mut described = self.stack.describe()?;
        if let Some(unfinished) = described.filter(|it| it.state() != State::Ready) {
            self.clear(&unfinished, &planned)?;
        }
        described = self.stack.describe()?.filter(|it| !is_gone(it.state()));
        let change_set = match planned.change_set.take() {
            Some(change_set) => change_set,
            None => {
                let change_set = self.change_set(&planned.template, described.as_ref())?;
                if let Some(described) = &described {
                    self.agreed(&change_set, &planned, described)?;
                }
                change_set
            }
        };
        if !change_set.is_empty() {
            let changes = change_set.changes(&planned.template, &planned.template);
            let touched = changes.iter().any(|it| it.kind.starts_with("AWS::DMS::"));
            let captures = match touched && described.is_some() {
                true => Some(self.captures()?),
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
            let since = self.stack.newest_event().map_err(|refusal| go_on(refusal.into()))?;
            change_set.execute().map_err(go_on)?;
            let ended = self.follow(&id, since.as_deref(), &planned, happens)?;
            if !ended.is_success() {
                return Err(go_on(Failure(cause::of(&ended, &planned.template))));
            }
            self.left(&ended, &planned);
        }
        self.protect()?;
        self.captures()?.start()?;
        for Change { address, .. } in self.after(&planned) {
            let (address, action) = (address.clone(), Action::Change);
            happens(Event { address, action, progress: Progress::Done });
        }
        self.tidy(&planned.template)
    }

    fn captures(&self) -> Result<Captures<'a>> {
        Ok(Captures::new(&self.stack.members()?, self.deployment))
    }

    /// The changes of a plan that are none of the change set's.
    fn after<'p>(&'p self, planned: &'p Planned<'_>) -> impl Iterator<Item = &'p Change> {
        let started = |it: &Change| it.attributes == [template::STARTED];
        planned.changes.iter().filter(move |it| it.kind == events::STACK || started(it))
    }

    /// Brings what did not end to its end.
    fn clear(&self, unfinished: &Described, planned: &Planned<'_>) -> Result<()> {
        let report = self.deployment.report;
        let name = &self.stack.name;
        let operation = match unfinished.state() {
            State::Stillborn => "delete-stack",
            State::Stuck => "continue-update-rollback",
            State::Torn => "rollback-stack",
            _ => return Ok(()),
        };
        report
            .status("Clearing", format_args!("stack {name}, which is {}", unfinished.stack_status));
        let since = self.stack.newest_event()?;
        self.stack.call(operation, &[])?;
        let ended = self.stack.follow(&unfinished.stack_id, since.as_deref(), &mut |_| {})?;
        match ended.status.as_str() {
            "DELETE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" | "ROLLBACK_COMPLETE" => Ok(()),
            _ => Err(Failure(cause::of(&ended, &planned.template))),
        }
    }

    /// Refuses to lose data that the plan did not say would be lost, as it could not know it.
    fn agreed(
        &self,
        change_set: &ChangeSet<'_>,
        planned: &Planned<'_>,
        described: &Described,
    ) -> Result<()> {
        let deployed = self.stack.template()?;
        let agreed: HashSet<_> =
            planned.changes.iter().map(|it| (&it.address, it.action)).collect();
        let changes = change_set.changes(&planned.template, &deployed);
        let mut news = changes.iter().filter(|it| it.loses().is_some());
        match news.find(|it| !agreed.contains(&(&it.address, it.action))) {
            None => Ok(()),
            Some(change) => Err(Diagnostic::new(format!(
                "stack {} was brought to an end ({}), and the plan is now another: it would {} `{}`",
                self.stack.name,
                described.stack_status,
                change.action.verb(),
                change.address
            ))
            .help("deploy again, and decide by the new plan")
            .into()),
        }
    }

    pub(super) fn destroy(
        &self,
        planned: &Planned<'a>,
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        if let Some(described) = self.stack.describe()? {
            let since = self.stack.newest_event()?;
            self.stack.call("delete-stack", &[])?;
            let ended = self.follow(&described.stack_id, since.as_deref(), planned, happens)?;
            if !ended.is_success() {
                return Err(Failure(cause::of(&ended, &planned.template)));
            }
        }
        Captures::new(&[], self.deployment).forget();
        if let Some(bucket) = Bucket::find(self.aws, &self.deployment.identity.account)? {
            bucket.clean(&parameters::prefix(self.deployment), &BTreeSet::new())?;
        }
        Ok(())
    }

    /// Follows an operation, and tells of each resource what becomes of it.
    fn follow(
        &self,
        id: &str,
        since: Option<&str>,
        planned: &Planned<'_>,
        happens: &mut dyn FnMut(Event),
    ) -> Result<Ended> {
        let actions: BTreeMap<_, _> =
            planned.changes.iter().map(|it| (it.address.as_str(), it.action)).collect();
        let report = self.deployment.report;
        let mut undoing = false;
        self.stack.follow(id, since, &mut |event| {
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
            if (unplanned || cleared || left) && step != Step::Failed {
                return;
            }
            let address = event.logical_resource_id.clone();
            let progress = match step {
                Step::Begun => Progress::Begun,
                Step::Done if undoing => Progress::Undone,
                Step::Done => Progress::Done,
                Step::Failed => Progress::Failed,
            };
            happens(Event { address, action, progress });
        })
    }

    /// An update succeeds even if what it no longer needs cannot be deleted.
    fn left(&self, ended: &Ended, planned: &Planned<'_>) {
        for failure in cause::first(&ended.events) {
            let after = "the update is done, and this left behind";
            self.deployment.report.warning(&cause::diagnostic(failure, &planned.template, after));
        }
    }

    /// Protects the stack where the stage protects its data.
    fn protect(&self) -> Result<()> {
        let wanted = self.deployment.graph.deletion_protection;
        let described = self.stack.describe()?;
        if described.is_some_and(|it| it.enable_termination_protection != wanted) {
            let flag = match wanted {
                true => "--enable-termination-protection",
                false => "--no-enable-termination-protection",
            };
            self.stack.call("update-termination-protection", &[flag])?;
        }
        Ok(())
    }

    /// Deletes what was uploaded for earlier deploys.
    fn tidy(&self, template: &Template) -> Result<()> {
        let prefix = parameters::prefix(self.deployment);
        let template = bucket::digest(template.text().as_bytes());
        let mut kept = BTreeSet::from([format!("{prefix}template-{template}.json")]);
        kept.extend(parameters::code(self.deployment)?.into_iter().map(|code| code.key));
        let bucket = Bucket::find(self.aws, &self.deployment.identity.account)?;
        Ok(bucket.map_or(Ok(()), |bucket| bucket.clean(&prefix, &kept))?)
    }
}
