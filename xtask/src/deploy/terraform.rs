//! The stage by the user's Terraform.

mod adopt;
mod cut_off;
mod failure;
mod folder;
mod places;
mod plan;
mod program;
mod recorded;
mod run;
mod unrecorded;
mod watch;

use std::{fs, process::Stdio};

use serde_json::Value;

use super::{Action, Backend, Deployment, Event, Goal, Outputs, Plan};
use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    graph::capture::ACCOUNT_ROLES,
    stage::OUR_TAGS,
    terraform::removal,
};
use cut_off::CutOff;
use failure::Held;
use folder::Folder;
use places::{Places, without_index};
use plan::{Shown, State};
use program::Program;
use run::{Ended, Problem};
use unrecorded::Unrecorded;

/// The file with what was planned.
const PLAN: &str = "esteira.tfplan";

/// Terraform, at work on a stage.
pub(crate) struct Terraform<'a> {
    deployment: &'a Deployment<'a>,
    folder: Folder,
    terraform: run::Terraform,
    planned: Option<Planned>,
}

/// What [`Backend::apply`] does.
enum Planned {
    Deployment { plan: Plan, shown: Shown },
    Destruction(Plan),
}

impl<'a> Terraform<'a> {
    /// Takes the stage's folder, and sets Terraform up in it.
    ///
    /// # Errors
    ///
    /// There is no Terraform, or somebody else is at work.
    pub(crate) fn new(deployment: &'a Deployment<'a>) -> Result<Self> {
        let program = Program::find()?;
        let folder = Folder::open(deployment)?;
        let aws = deployment.aws.environment();
        let mut environment: Vec<_> =
            aws.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        environment.push(("TF_VAR_architecture".into(), deployment.arch.name().into()));
        // The provider's own 25 would have a service that does not answer looked for an hour.
        if std::env::var_os("AWS_MAX_ATTEMPTS").is_none() {
            environment.push(("AWS_MAX_ATTEMPTS".into(), "8".into()));
        }
        let without = deployment.aws.passed_over();
        let terraform = run::Terraform {
            program,
            folder: folder.terraform(),
            aws: deployment.aws.clone(),
            without,
            environment,
        };
        let backend = Self { deployment, folder, terraform, planned: None };
        if backend.folder.is_new {
            backend.initialize()?;
        }
        Ok(backend)
    }

    fn run(&self, arguments: &[&str], happens: &mut dyn FnMut(Event)) -> Result<Ended> {
        let lock = Stdio::from(self.folder.share()?);
        self.terraform.run(arguments, lock, self.deployment.report, happens)
    }

    /// What it prints, if it succeeds.
    fn text(&self, arguments: &[&str]) -> Result<String> {
        self.succeeded(self.run(arguments, &mut |_| {})?)
    }

    /// What a run printed that changes nothing of the stage. Some go on to their end when they are
    /// interrupted; whoever interrupted them did not mean what comes next.
    fn succeeded(&self, ended: Ended) -> Result<String> {
        match ended.success {
            _ if ended.interrupted => Err(Diagnostic::new("interrupted").into()),
            true => Ok(ended.text),
            false => Err(self.explain(&ended)),
        }
    }

    fn explain(&self, ended: &Ended) -> Failure {
        match Held::find(ended) {
            Some(held) => {
                let folder = self.terraform.folder.display().to_string();
                held.diagnostic(self.terraform.program.name, &folder).into()
            }
            None => {
                let mut failure = failure::explain(ended, &self.folder.places);
                let unsaved = self.unsaved();
                if unsaved.is_file() {
                    let message = format!(
                        "what was done could not be recorded where it belongs; {} has it",
                        unsaved.display()
                    );
                    let help = "keep that file: this, run again on this machine, saves it";
                    failure.0.push(Diagnostic::new(message).help(help));
                }
                failure
            }
        }
    }

    fn initialize(&self) -> Result<()> {
        self.deployment.report.status("Setting up", self.terraform.program.name);
        let ended = self.run(&["init", "-input=false", "-no-color"], &mut |_| {})?;
        if ended.success && !ended.interrupted {
            return Ok(());
        }
        let moved = ["Backend configuration changed", "state migration", "asking for state"];
        if moved.iter().any(|text| ended.said.contains(text)) {
            let (program, folder) = (self.terraform.program.name, &self.terraform.folder);
            return Err(Diagnostic::new(
                "the stage file says another place for Terraform's state than before",
            )
            .help(format!(
                "to take the state along, run `{program} -chdir={} init -migrate-state`, and \
                     then this again; with `-reconfigure` instead, what is in the new place counts",
                folder.display()
            ))
            .into());
        }
        self.succeeded(ended).map(drop)
    }

    fn state(&self) -> Result<State> {
        let ended = self.with_state(&["show", "-json"], &mut |_| {})?;
        plan::read(&self.succeeded(ended)?)
    }

    /// The variables of a capture keep what they have once been.
    fn set_variables(&mut self) -> Result<()> {
        if self.deployment.graph.captures.iter().next().is_none() {
            return Ok(());
        }
        let state = self.state()?;
        let is_set = |name: &str| state.resources().any(|it| it.values[name] == true);
        let started = is_set("start_replication_task") || is_set("start_replication");
        let roles = state.resources().any(|it| is_account_role(&it.address));
        let set = [
            ("TF_VAR_start_capture", started || self.deployment.start_capture),
            ("TF_VAR_create_dms_roles", roles),
        ];
        for (name, value) in set {
            self.terraform.environment.push((name.into(), value.to_string()));
        }
        Ok(())
    }

    /// Plans, in the file that is applied then.
    fn plan_to(&self, goal: Goal) -> Result<(Plan, Shown)> {
        let out = format!("-out={PLAN}");
        let mut arguments = vec!["plan", "-json", "-input=false", &out];
        arguments.extend((goal == Goal::Destroyed).then_some("-destroy"));
        let ended = self.with_state(&arguments, &mut |_| {})?;
        self.succeeded(ended)?;
        let shown: Shown = plan::read(&self.text(&["show", "-json", PLAN])?)?;
        Ok((shown.plan(&self.folder.places), shown))
    }

    /// Applies what is planned; what exists already because an interrupted deploy made it is
    /// taken over, and the rest of the plan is done.
    fn deploy(
        &mut self,
        confirmed: &Plan,
        shown: Shown,
        happens: &mut dyn FnMut(Event),
    ) -> Result<()> {
        let mut shown = shown;
        let looks = self.folder.interrupted || self.deployment.adopt;
        let kept = self.keep_unfinished(&shown)?;
        if (looks && self.find_unrecorded(&shown)?) || kept {
            shown = self.plan_rest(confirmed, Goal::Deployed)?;
        }
        loop {
            let ended = self.run(&["apply", "-json", "-input=false", PLAN], happens)?;
            self.note(&ended);
            if ended.success {
                return Ok(());
            }
            let failure = self.outcome(&ended);
            let is_over = ended.interrupted || CutOff::find(&ended).is_some();
            if is_over || !self.adopt(&ended.errors, &shown)? {
                return Err(failure);
            }
            shown = self.plan_rest(confirmed, Goal::Deployed)?;
        }
    }

    /// Plans what is left of what was agreed to.
    fn plan_rest(&self, confirmed: &Plan, goal: Goal) -> Result<Shown> {
        let (plan, shown) = self.plan_to(goal)?;
        let mut unexpected = plan.changes.iter().filter(|change| !is_part_of(change, confirmed));
        let Some(change) = unexpected.next() else { return Ok(shown) };
        let message = format!(
            "the plan is another than the one that was agreed to: `{}` would have to be {}",
            change.address,
            change.action.done()
        );
        Err(Diagnostic::new(message).help("run this again, which shows the whole plan").into())
    }

    /// Takes over what has no name and was made without being recorded; whether there was any.
    /// What cannot be taken over is named.
    fn find_unrecorded(&self, shown: &Shown) -> Result<bool> {
        let Deployment { graph, aws, report, .. } = self.deployment;
        let mut adopted = false;
        for Unrecorded { id, kind, address } in unrecorded::find(shown, graph, aws)? {
            match address {
                Some(address) => {
                    self.import(&address, &id)?;
                    adopted = true;
                }
                None => report.warning(
                    &Diagnostic::new(format!(
                        "the {kind} {id} has the tags of this stage, and Terraform knows nothing of it"
                    ))
                    .help("an interrupted deploy made it: delete it, or it stays as it is"),
                ),
            }
        }
        Ok(adopted)
    }

    /// Has Terraform go on with what it would make anew; whether there was any.
    fn keep_unfinished(&self, shown: &Shown) -> Result<bool> {
        let mut any = false;
        for resource in shown.resources().filter(|it| it.is_unfinished()) {
            let address = &resource.address;
            self.deployment.report.status(
                "Going on",
                format_args!("with {address}, whose creation was begun and did not end"),
            );
            self.text(&["untaint", "-no-color", address])?;
            any = true;
        }
        Ok(any)
    }

    fn import(&self, address: &str, id: &str) -> Result<()> {
        self.deployment.report.status("Taking over", format_args!("{address} ({id})"));
        self.text(&["import", "-input=false", "-no-color", address, id]).map(drop)
    }

    /// Why an apply ended.
    fn outcome(&self, ended: &Ended) -> Failure {
        if ended.interrupted && !ended.errors.iter().any(cut_off::is_recording) {
            let help = "run this again: it goes on where it stopped";
            return Diagnostic::new("interrupted; what was begun has been ended and recorded")
                .help(help)
                .into();
        }
        self.explain(ended)
    }

    /// Takes over whatever could not be made because it exists; whether there was any. Nothing is,
    /// unless all of it is this stage's.
    fn adopt(&self, problems: &[Problem], shown: &Shown) -> Result<bool> {
        if !self.folder.interrupted && !self.deployment.adopt {
            return Ok(false);
        }
        let mut adopted = Vec::new();
        for problem in problems.iter().filter(|it| failure::exists(it)) {
            let found = shown.resources().find(|it| Some(&it.address) == problem.address.as_ref());
            let Some(resource) = found else { continue };
            let (values, aws) = (&resource.change.after, self.deployment.aws);
            let Some(id) = adopt::id(&resource.kind, values, &problem.text(), aws)? else {
                continue;
            };
            self.import(&resource.address, &id)?;
            adopted.push(resource.address.as_str());
        }
        if adopted.is_empty() {
            return Ok(false);
        }
        let state = self.state()?;
        let theirs: Vec<_> =
            adopted.into_iter().filter(|address| !self.is_ours(address, &state)).collect();
        if theirs.is_empty() {
            return Ok(true);
        }
        self.text(&[&["state", "rm"], &theirs[..]].concat())?;
        let name = |address: &str| state.resources().find(|it| it.address == address)?.name();
        let mistakes = theirs.into_iter().map(|address| {
            let name = name(address).unwrap_or_else(|| address.to_owned());
            let message = format!("`{name}` exists already, and has not the tags of this stage");
            let mistake = Diagnostic::new(message).help(
                "choose another name; or if it is meant for this stage, give it the tags that the \
                 others have, and run this again",
            );
            let place = self.folder.places.of(address);
            place.into_iter().fold(mistake, |it, at| it.at(at, "declared here"))
        });
        Err(Failure(mistakes.collect()))
    }

    /// Whether something that was imported has the tags of this stage. A type may have no tags, and
    /// what was being made when the run before was ended may have none yet.
    fn is_ours(&self, address: &str, state: &State) -> bool {
        let resource = state.resources().find(|it| it.address == address);
        let tags = resource.map_or(&Value::Null, |it| &it.values["tags_all"]);
        let ours = OUR_TAGS.iter().all(|key| {
            let own = self.deployment.graph.tags.iter().find(|(name, _)| name == key);
            own.is_some_and(|(_, value)| tags[*key] == value.as_str())
        });
        let not_yet = tags.as_object().is_some_and(serde_json::Map::is_empty);
        ours || tags.is_null() || not_yet && self.folder.interrupted
    }

    fn destroy(&mut self, plan: &Plan, happens: &mut dyn FnMut(Event)) -> Result<()> {
        let left = plan.changes.iter().filter(|it| it.action == Action::Leave);
        let left: Vec<_> = left.map(|it| it.address.as_str()).collect();
        if !left.is_empty() {
            let ended = self.with_state(&[&["state", "rm"], &left[..]].concat(), &mut |_| {})?;
            self.succeeded(ended)?;
        }
        self.plan_rest(plan, Goal::Destroyed)?;
        let ended = self.run(&["apply", "-json", "-input=false", PLAN], happens)?;
        self.note(&ended);
        if ended.success { Ok(()) } else { Err(self.outcome(&ended)) }
    }
}

impl Drop for Terraform<'_> {
    /// A plan holds values that are nobody's business, and is of no use to a later run.
    fn drop(&mut self) {
        // There may have been none.
        let _ = fs::remove_file(self.terraform.folder.join(PLAN));
    }
}

/// Whether a change is one of those that were agreed to, or less.
fn is_part_of(change: &super::Change, confirmed: &Plan) -> bool {
    confirmed.changes.iter().any(|it| {
        let less = it.action == Action::Add && change.action == Action::Change;
        it.address == change.address && (it.action == change.action || less)
    })
}

fn is_account_role(address: &str) -> bool {
    let name = without_index(address).split_once('.').map(|(_, name)| name);
    ACCOUNT_ROLES.iter().any(|(role, _)| name == Some(&role.replace('-', "_")))
}

impl Backend for Terraform<'_> {
    fn name(&self) -> &'static str {
        "Terraform"
    }

    fn plan(&mut self, goal: Goal) -> Result<Plan> {
        self.set_variables()?;
        let plan = match goal {
            Goal::Deployed => {
                let (plan, shown) = self.plan_to(Goal::Deployed)?;
                self.planned = Some(Planned::Deployment { plan: plan.clone(), shown });
                plan
            }
            Goal::Destroyed => {
                let places: &Places = &self.folder.places;
                let below = removal::below(self.deployment.graph);
                let stays = |address: &str| {
                    places.is_kept(address)
                        || is_account_role(address)
                        || below.iter().any(|it| it == without_index(address))
                };
                let state = self.state()?;
                let protected = state.protected().filter(|address| !stays(address));
                if let Some(address) = protected.into_iter().next() {
                    return Err(Diagnostic::new(format!("`{address}` is protected in AWS"))
                        .help("deploy the stage as its file has it now, and destroy it then")
                        .into());
                }
                let plan = state.destruction(stays, places);
                self.planned = Some(Planned::Destruction(plan.clone()));
                plan
            }
        };
        Ok(plan)
    }

    fn apply(&mut self, happens: &mut dyn FnMut(Event)) -> Result<()> {
        self.folder.begin()?;
        let applied = match self.planned.take() {
            None => Ok(()),
            Some(Planned::Deployment { plan, shown }) => self.deploy(&plan, shown, happens),
            Some(Planned::Destruction(plan)) => self.destroy(&plan, happens),
        };
        // What an earlier run left unrecorded is so until one has gone through.
        if applied.is_ok() || !self.folder.interrupted {
            self.folder.done()?;
        }
        applied
    }

    fn outputs(&mut self) -> Result<Outputs> {
        let outputs: Value = plan::read(&self.text(&["output", "-json", "-no-color"])?)?;
        let outputs = outputs.as_object().into_iter().flatten();
        Ok(outputs.map(|(name, output)| (name.clone(), output["value"].clone())).collect())
    }
}
