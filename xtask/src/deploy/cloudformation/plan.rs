//! What a deploy or a destruction would change.

use std::collections::BTreeMap;

use super::{
    ChangeSet, CloudFormation, Planned, Step,
    captures::Captures,
    drift::{self, Detection},
    events, is_gone,
    order::{self, Moves},
    parameters::{self, Values},
    policies,
    stack::{Described, Member, State},
    stacks::Unit,
    template::Template,
};
use crate::{
    aws::Refusal,
    cloudformation::{self, Limits, Portion},
    deploy::{Action, Change, Drift, Goal, Plan, data},
    diagnostic::{Diagnostic, Failure, Result},
};

/// What becomes of one stack, and what AWS says of it.
type Outlook<'a> = (Vec<Change>, Option<(ChangeSet<'a>, Values)>);

impl<'a> CloudFormation<'a> {
    pub(super) fn plan_deploy(&mut self) -> Result<Plan> {
        let graph = self.deployment.graph;
        let mut units = self.units(&cloudformation::templates(graph, &Limits::AWS)?)?;
        for unit in &mut units {
            match unit.state() {
                State::Absent | State::Stillborn => unit.deployed = Template::default(),
                State::HalfDeleted | State::Unknown if unit.wanted.is_some() => {
                    return Err(unusable(unit));
                }
                _ => {}
            }
        }
        let moves = order::moves(&units);
        let (order, warnings) = order::order(&units, &moves, graph)?;
        warnings.iter().for_each(|warning| self.deployment.report.warning(warning));
        let policies = units.iter().flat_map(|unit| {
            let values = unit.described.as_ref().map(Described::values).unwrap_or_default();
            policies::of(&unit.deployed, &values)
        });
        let policies: BTreeMap<_, _> = policies.collect();

        // AWS looks at all of them while it is asked for something else.
        let looks = |unit: &Unit<'_>| unit.wanted.is_some() && unit.state() == State::Ready;
        let detections: Vec<_> =
            units.iter().map(|it| looks(it).then(|| drift::detect(&it.stack))).collect();
        let base = units.iter().find(|it| it.portion == Portion::Base);
        let shared = parameters::shared(base.and_then(|it| it.described.as_ref()));
        let mut outlooks = Vec::new();
        for at in 0..units.len() {
            let receives = moves.values().any(|(_, to)| *to == at);
            outlooks.push(self.outlook(&units, at, receives, &shared)?);
        }
        let drift = self.drift(&units, detections);

        let mut changes = Vec::new();
        for at in &order {
            changes.extend(told(*at, &outlooks[*at].0, &moves, &units));
        }
        let mut rest: BTreeMap<_, _> = units.into_iter().zip(outlooks).enumerate().collect();
        let steps = order.iter().filter_map(|at| rest.remove(at));
        let steps = steps.map(|(unit, (changes, change_set))| Step { unit, changes, change_set });
        self.planned = Some(Planned { goal: Goal::Deployed, steps: steps.collect() });
        Ok(Plan { changes, drift, policies, ..Plan::default() })
    }

    /// What becomes of a stack. Of one that is not ready, or that something comes into which is in
    /// another still, AWS is asked only once it is so far.
    fn outlook(
        &mut self,
        units: &[Unit<'a>],
        at: usize,
        receives: bool,
        shared: &Values,
    ) -> Result<Outlook<'a>> {
        let unit = &units[at];
        let Some(template) = &unit.wanted else { return Ok((self.leaving(unit)?, None)) };
        let described = unit.described.as_ref();
        let (Some(described), State::Ready) = (described, unit.state()) else {
            let described = described.filter(|it| !is_gone(it.state()));
            let mut changes: Vec<_> = described.iter().map(|it| unfinished(unit, it)).collect();
            let roles = parameters::has_dms_roles(described);
            changes.extend(template.changes(&unit.deployed, roles));
            return Ok((changes, None));
        };
        let uploads = self.uploads(units.iter())?;
        let values =
            parameters::values(template, Some(described), &uploads, shared, self.deployment)?;
        let mut outlook = if receives || !parameters::missing(template, &values).is_empty() {
            let roles = parameters::has_dms_roles(Some(described));
            let mut changes = template.changes(&unit.deployed, roles);
            let refilled = template.refilled(&unit.deployed, &described.values(), &values);
            let is_new = |it: &Change| changes.iter().all(|known| known.address != it.address);
            let more: Vec<_> = refilled.into_iter().filter(is_new).collect();
            changes.extend(more);
            (changes, None)
        } else if unit.is_as(&values) {
            (Vec::new(), None)
        } else {
            let set = self.change_set(unit, &values, &uploads)?;
            (set.changes(template, &unit.deployed), Some((set, values)))
        };
        outlook.0.extend(self.left_undone(unit, described, template)?);
        Ok(outlook)
    }

    /// What is done after a stack is as it should be, and was not, because somebody interrupted
    /// it or the database was not ready.
    fn left_undone(
        &self,
        unit: &Unit<'_>,
        described: &Described,
        template: &Template,
    ) -> Result<Vec<Change>> {
        let graph = self.deployment.graph;
        let mut changes = Vec::new();
        if described.enable_termination_protection != graph.deletion_protection {
            let attributes = vec!["EnableTerminationProtection".into()];
            changes.push(Change { attributes, ..unfinished(unit, described) });
        }
        if unit.portion == Portion::Base && graph.captures.iter().next().is_some() {
            let captures = Captures::new(&unit.stack.members()?, self.deployment);
            changes.extend(captures.waiting()?.into_iter().map(|it| template.started(&it.id)));
        }
        Ok(changes)
    }

    /// What somebody else changed; a warning where it is not known.
    fn drift(
        &self,
        units: &[Unit<'_>],
        detections: Vec<Option<Result<Detection, Refusal>>>,
    ) -> Vec<Drift> {
        let mut all = Vec::new();
        for (unit, detection) in units.iter().zip(detections) {
            let Some(detection) = detection else { continue };
            let why = match detection.and_then(|it| it.found(&unit.stack, &unit.deployed)) {
                Ok(Some(found)) => {
                    all.extend(found);
                    continue;
                }
                Ok(None) => "AWS takes long to look".to_owned(),
                Err(refusal) => refusal.said,
            };
            let message = format!("what somebody else changed is not known: {why}");
            self.deployment.report.warning(&Diagnostic::new(message));
        }
        all
    }

    pub(super) fn plan_destroy(&mut self) -> Result<Plan> {
        // A template that cannot be written is missed only where there is no better one.
        let wanted = cloudformation::templates(self.deployment.graph, &Limits::AWS);
        let mut units = self.units(&wanted.unwrap_or_default())?;
        units.retain(|it| it.state() != State::Absent);
        let protected = units
            .iter()
            .filter(|it| it.described.as_ref().is_some_and(|it| it.enable_termination_protection));
        let stage = &self.deployment.graph.stage;
        let protected: Vec<_> =
            protected.map(|unit| self::protected(&unit.stack.name, stage)).collect();
        if !protected.is_empty() {
            return Err(Failure(protected));
        }
        let mut steps = Vec::new();
        // What reads goes before what handles the events of it, and all before what they share.
        for mut unit in units.into_iter().rev() {
            let is_known = unit.deployed.resources().next().is_some();
            let wanted = unit.wanted.take();
            if let (false, Some(wanted)) = (is_known, wanted) {
                unit.deployed = wanted;
            }
            let changes = self.leaving(&unit)?;
            steps.push(Step { unit, changes, change_set: None });
        }
        let changes = steps.iter().flat_map(|it| it.changes.clone()).collect();
        self.planned = Some(Planned { goal: Goal::Destroyed, steps });
        Ok(Plan { changes, ..Plan::default() })
    }

    /// What is in a stack that goes.
    fn leaving(&self, unit: &Unit<'_>) -> Result<Vec<Change>> {
        let template = &unit.deployed;
        let change = |member: &Member| {
            let id = &member.logical_resource_id;
            Change {
                address: id.clone(),
                kind: member.resource_type.clone(),
                name: template.name(id).or_else(|| Some(member.physical_resource_id.clone())),
                action: template.leaving(id),
                attributes: Vec::new(),
                loses_besides: None,
                at: template.source(id),
            }
        };
        let mut changes: Vec<_> = unit.stack.members()?.iter().map(change).collect();
        if changes.is_empty()
            && let Some(described) = &unit.described
        {
            changes.push(Change { action: Action::Destroy, ..unfinished(unit, described) });
        }
        Ok(changes)
    }
}

impl Unit<'_> {
    pub(super) fn state(&self) -> State {
        self.described.as_ref().map_or(State::Absent, Described::state)
    }

    /// Whether a stack of handlers is what it is to be, with these parameters: there are many of
    /// them, and so AWS is asked only of those that differ.
    pub(super) fn is_as(&self, values: &Values) -> bool {
        self.portion != Portion::Base
            && self.state() == State::Ready
            && self.wanted.as_ref() == Some(&self.deployed)
            && self.described.as_ref().is_some_and(|it| it.values() == *values)
    }
}

/// What people are told of the changes of a stack. What goes from one to another is one change.
fn told<'p>(
    at: usize,
    changes: &'p [Change],
    moves: &'p Moves,
    units: &'p [Unit<'_>],
) -> impl Iterator<Item = Change> + use<'p> {
    changes.iter().filter_map(move |change| {
        let Some((from, to)) = moves.get(&change.address).copied() else {
            return Some(change.clone());
        };
        if at != to {
            return None;
        }
        let (from, to) = (&units[from], &units[to]);
        let stays = from.deployed.is_retained(&change.address);
        Some(Change {
            action: if stays { Action::Change } else { Action::Replace },
            attributes: vec![format!("its move to stack {}", to.stack.name)],
            loses_besides: match stays {
                true => None,
                false => data::interrupted(&change.kind, to.template().properties(&change.address)),
            },
            ..change.clone()
        })
    })
}

/// The stack itself, whose last operation has not come to an end.
fn unfinished(unit: &Unit<'_>, described: &Described) -> Change {
    Change {
        address: unit.stack.name.clone(),
        kind: events::STACK.into(),
        name: Some(unit.stack.name.clone()),
        action: Action::Change,
        attributes: vec![described.stack_status.clone()],
        loses_besides: None,
        at: None,
    }
}

fn unusable(unit: &Unit<'_>) -> Failure {
    let name = &unit.stack.name;
    let status = unit.described.as_ref().map(|it| it.stack_status.as_str()).unwrap_or_default();
    let mistake = Diagnostic::new(format!("stack {name} is {status}"));
    let help = match unit.state() {
        State::HalfDeleted => "finish with `cargo xtask destroy`, then deploy".to_owned(),
        _ => format!(
            "`aws cloudformation describe-stack-events --stack-name {name}` tells why; bring it to \
             an end with the `aws` command line or the console, and deploy again"
        ),
    };
    mistake.help(help).into()
}

fn protected(name: &str, stage: &str) -> Diagnostic {
    Diagnostic::new(format!("stack {name} is protected against its deletion")).help(format!(
        "write `deletion_protection = false` for stage `{stage}` in esteira.toml, deploy, and then \
         destroy it"
    ))
}
