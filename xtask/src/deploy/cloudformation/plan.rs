//! What a deploy or a destruction would change.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    ChangeSet, CloudFormation, Planned,
    captures::Captures,
    drift, events, is_gone, parameters, policies,
    stack::{Described, Member, State},
    template::Template,
};
use crate::{
    cloudformation,
    deploy::{Action, Change, Drift, Goal, Plan},
    diagnostic::{Diagnostic, Failure, Result},
};

/// What the deployed stack says of itself.
#[derive(Default)]
struct Deployed {
    policies: BTreeMap<String, Value>,
    drift: Vec<Drift>,
}

impl<'a> CloudFormation<'a> {
    pub(super) fn plan_deploy(&mut self) -> Result<Plan> {
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
        let unknown = match &drift {
            Ok(Some(_)) => None,
            Ok(None) => Some("AWS takes long to look".to_owned()),
            Err(refusal) => Some(refusal.said.clone()),
        };
        if let Some(why) = unknown {
            let message = format!("what somebody else changed is not known: {why}");
            self.deployment.report.warning(&Diagnostic::new(message));
        }
        let drift = drift.ok().flatten();
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
            let captures = Captures::new(&self.stack.members()?, self.deployment);
            changes.extend(captures.waiting()?.into_iter().map(|it| template.started(&it.id)));
        }
        Ok(changes)
    }

    pub(super) fn plan_destroy(&mut self) -> Result<Plan> {
        let described = self.settled()?.filter(|it| it.state() != State::Absent);
        let Some(described) = described else { return Ok(Plan::default()) };
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
        let change = |member: &Member| {
            let id = &member.logical_resource_id;
            Change {
                address: id.clone(),
                kind: member.resource_type.clone(),
                name: template.name(id).or_else(|| Some(member.physical_resource_id.clone())),
                action: template.leaving(id),
                attributes: Vec::new(),
                shortens: None,
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
        let Deployed { drift, policies } = deployed;
        Plan { changes, drift, policies, ..Plan::default() }
    }

    /// The stack itself, whose last operation has not come to an end.
    fn unfinished(&self, described: &Described) -> Change {
        Change {
            address: self.stack.name.clone(),
            kind: events::STACK.into(),
            name: Some(self.stack.name.clone()),
            action: Action::Change,
            attributes: vec![described.stack_status.clone()],
            shortens: None,
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
}

fn protected(name: &str, stage: &str) -> Diagnostic {
    Diagnostic::new(format!("stack {name} is protected against its deletion")).help(format!(
        "write `deletion_protection = false` for stage `{stage}` in esteira.toml, deploy, and then \
         destroy it"
    ))
}
