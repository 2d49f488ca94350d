//! Deploying by CloudFormation, as one stack of the application and the stage.
//!
//! AWS does the work and goes on if this process ends: what is under way is waited for by whoever
//! comes next, and what failed is cleared away before anything new is begun.

mod bucket;
mod captures;
mod cause;
mod change_set;
mod changes;
mod drift;
mod events;
mod parameters;
mod policies;
mod stack;
mod tags;
mod template;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use self::{
    bucket::{Bucket, Upload},
    change_set::ChangeSet,
    events::Step,
    stack::{Described, Ended, Stack, State},
    template::Template,
};
use super::{Action, Backend, Change, Deployment, Drift, Event, Goal, Outputs, Plan, Progress};
use crate::{
    aws::Aws,
    cloudformation,
    diagnostic::{Diagnostic, Failure, Result},
};

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
                for mistake in mistakes(&ended, &template) {
                    report.warning(&mistake);
                }
            }
        }
    }

    fn plan_deploy(&mut self) -> Result<Plan> {
        let template = Template::new(cloudformation::data(self.deployment.graph)?);
        let described = self.settled()?;
        let Some(described) = described.filter(|it| !is_gone(it.state())) else {
            let changes = template.changes(&Template::default(), false);
            return Ok(self.planned(template, changes, None, Deployed::default()));
        };
        let deployed = self.stack.template()?;
        let policies = policies::of(&deployed);
        match described.state() {
            State::Ready => {}
            // What AWS would do it says only once the last operation has come to an end.
            State::Stuck | State::Torn => {
                let roles = parameters::has_dms_roles(Some(&described));
                let mut changes = vec![self.unfinished(&described)];
                changes.extend(template.changes(&deployed, roles));
                let deployed = Deployed { policies, drift: Vec::new() };
                return Ok(self.planned(template, changes, None, deployed));
            }
            _ => return Err(self.unusable(&described)),
        }
        let detection = drift::detect(&self.stack);
        let change_set = self.change_set(&template, Some(&described))?;
        let mut changes = change_set.changes(&template, &deployed);
        changes.extend(self.left_undone(&described, &template)?);
        let drift = detection.and_then(|it| it.found(&self.stack, &deployed));
        let drift = drift.unwrap_or_else(|refusal| {
            self.deployment.report.detail("Skipping", format_args!("drift: {}", refusal.said));
            None
        });
        let deployed = Deployed { policies, drift: drift.unwrap_or_default() };
        Ok(self.planned(template, changes, Some(change_set), deployed))
    }

    /// What is done after a stack is as it should be, and was not, because somebody interrupted
    /// it or the database was not ready.
    fn left_undone(&self, described: &Described, template: &Template) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        if described.enable_termination_protection != self.deployment.graph.deletion_protection {
            let attributes = vec!["EnableTerminationProtection".into()];
            changes.push(Change { attributes, ..self.unfinished(described) });
        }
        if self.deployment.graph.captures.iter().next().is_some() {
            let captures = captures::of(&self.stack.members()?);
            let waiting = captures::waiting(&captures, self.deployment, self.aws)?;
            changes.extend(waiting.into_iter().map(|it| template.started(&it.id)));
        }
        Ok(changes)
    }

    fn plan_destroy(&mut self) -> Result<Plan> {
        let Some(described) = self.settled()?.filter(|it| it.stack_status != "DELETE_COMPLETE")
        else {
            return Ok(Plan::default());
        };
        if described.enable_termination_protection {
            return Err(protected(&self.stack.name, &self.deployment.graph.stage).into());
        }
        let deployed = self.stack.template()?;
        let is_known = deployed.resources().next().is_some();
        let template = match is_known {
            true => deployed,
            false => Template::new(cloudformation::data(self.deployment.graph)?),
        };
        let members = self.stack.members()?;
        let change = |member: &stack::Member| {
            let id = &member.logical_resource_id;
            Change {
                address: id.clone(),
                kind: member.resource_type.clone(),
                name: template.name(id).or_else(|| Some(member.physical_resource_id.clone())),
                action: template.leaving(id),
                attributes: Vec::new(),
                at: template.source(id),
            }
        };
        let mut changes: Vec<_> = members.iter().map(change).collect();
        if changes.is_empty() {
            changes.push(self.unfinished(&described));
            changes[0].action = Action::Destroy;
        }
        self.planned = Some(Planned {
            goal: Goal::Destroyed,
            changes: changes.clone(),
            template,
            change_set: None,
        });
        Ok(Plan { changes, ..Plan::default() })
    }

    fn planned(
        &mut self,
        template: Template,
        changes: Vec<Change>,
        change_set: Option<ChangeSet<'a>>,
        deployed: Deployed,
    ) -> Plan {
        self.planned =
            Some(Planned { goal: Goal::Deployed, changes: changes.clone(), template, change_set });
        Plan { changes, drift: deployed.drift, policies: deployed.policies }
    }

    /// The stack itself, whose last operation has not come to an end.
    fn unfinished(&self, described: &Described) -> Change {
        Change {
            address: self.stack.name.clone(),
            kind: events::STACK.into(),
            name: Some(self.stack.name.clone()),
            action: Action::Change,
            attributes: vec![described.stack_status.clone()],
            at: None,
        }
    }

    fn unusable(&self, described: &Described) -> Failure {
        let Described { stack_status: status, .. } = described;
        let mistake = Diagnostic::new(format!("stack {} is {status}", self.stack.name));
        let help = match described.state() {
            State::HalfDeleted => "finish with `cargo xtask destroy`, then deploy".to_owned(),
            _ => format!(
                "`aws cloudformation describe-stack-events --stack-name {}` tells why; bring it to \
                 an end with the `aws` command line or the console, and deploy again",
                self.stack.name
            ),
        };
        mistake.help(help).into()
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

    fn deploy(&self, mut planned: Planned<'a>, happens: &mut dyn FnMut(Event)) -> Result<()> {
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
            let captures = match changes.iter().any(|it| it.kind.starts_with("AWS::DMS::")) {
                true if described.is_some() => captures::of(&self.stack.members()?),
                _ => Vec::new(),
            };
            captures::pause(&captures, self.deployment, self.aws)?;
            let id = change_set.stack_id.clone();
            let since = self.stack.newest_event()?;
            change_set.execute()?;
            let ended = self.follow(&id, since.as_deref(), &planned, happens)?;
            if !ended.is_success() {
                // What runs again loses nothing; the failure is the news.
                let restarted = captures::start(&captures, self.deployment, self.aws);
                let mut failure = Failure(mistakes(&ended, &planned.template));
                failure.0.extend(restarted.err().into_iter().flat_map(|it| it.0));
                return Err(failure);
            }
            self.left(&ended, &planned);
        }
        self.protect()?;
        captures::start(&captures::of(&self.stack.members()?), self.deployment, self.aws)?;
        for Change { address, .. } in self.after(&planned) {
            let (address, action) = (address.clone(), Action::Change);
            happens(Event { address, action, progress: Progress::Done });
        }
        self.tidy(&planned.template)
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
            _ => Err(Failure(mistakes(&ended, &planned.template))),
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

    fn destroy(&self, planned: &Planned<'a>, happens: &mut dyn FnMut(Event)) -> Result<()> {
        if let Some(described) = self.stack.describe()? {
            let since = self.stack.newest_event()?;
            self.stack.call("delete-stack", &[])?;
            let ended = self.follow(&described.stack_id, since.as_deref(), planned, happens)?;
            if !ended.is_success() {
                return Err(Failure(mistakes(&ended, &planned.template)));
            }
        }
        captures::forget(self.deployment);
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

/// What the deployed stack says of itself.
#[derive(Default)]
struct Deployed {
    policies: BTreeMap<String, serde_json::Value>,
    drift: Vec<Drift>,
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

fn protected(name: &str, stage: &str) -> Diagnostic {
    Diagnostic::new(format!("stack {name} is protected against its deletion")).help(format!(
        "write `deletion_protection = false` for stage `{stage}` in esteira.toml, deploy, and then \
         destroy it"
    ))
}

/// Why an operation failed, and how it left the stack.
fn mistakes(ended: &Ended, template: &Template) -> Vec<Diagnostic> {
    let after = match ended.status.as_str() {
        "ROLLBACK_COMPLETE" => "what had been created is removed again",
        "UPDATE_ROLLBACK_COMPLETE" => "the stack is again what it was before",
        "UPDATE_ROLLBACK_FAILED" => {
            "the stack could not be brought back to what it was, which the next deploy tries again; \
             what can never be brought back is skipped by `aws cloudformation \
             continue-update-rollback --resources-to-skip`"
        }
        "DELETE_FAILED" => "the rest is deleted by running this again",
        _ => "the next deploy clears away what is left",
    };
    let causes = cause::first(&ended.events);
    if causes.is_empty() {
        let reason = cause::of_stack(&ended.events);
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!("the operation ended as {}{reason}", ended.status);
        return vec![Diagnostic::new(message).help(after)];
    }
    causes.into_iter().map(|event| cause::diagnostic(event, template, after)).collect()
}
