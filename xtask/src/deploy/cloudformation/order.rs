//! In which order the stacks of a stage are changed.
//!
//! The base comes first, since the others take its outputs. A resource that goes from one stack to
//! another has to leave before it can come, as both would have its name. And a rule has to be there
//! before somebody publishes what it matches.

use std::collections::BTreeMap;

use super::stacks::Unit;
use crate::{
    cloudformation::Portion,
    diagnostic::{Diagnostic, Result},
    graph::{Function, Graph, Id, Rule},
};

/// The resources that go from one stack to another, by their logical ids: from where to where.
pub(super) type Moves = BTreeMap<String, (usize, usize)>;

/// Finds what goes from one stack to another.
pub(super) fn moves(units: &[Unit<'_>]) -> Moves {
    let mut from = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        let stays = |id: &str| unit.wanted.as_ref().is_some_and(|it| it.has(id));
        let leaving = unit.deployed.resources().map(|(id, _)| id).filter(|id| !stays(id));
        from.extend(leaving.map(|id| (id.clone(), at)));
    }
    let mut moves = Moves::new();
    for (at, unit) in units.iter().enumerate() {
        let wanted = unit.wanted.iter().flat_map(super::template::Template::resources);
        for (id, _) in wanted.filter(|(id, _)| !unit.deployed.has(id)) {
            if let Some(from) = from.get(id) {
                moves.insert(id.clone(), (*from, at));
            }
        }
    }
    moves
}

/// The positions of the stacks, in the order in which they are changed, and what is not as it
/// should be about it.
///
/// # Errors
///
/// Resources go from one stack to another and back.
pub(super) fn order(
    units: &[Unit<'_>],
    moves: &Moves,
    graph: &Graph,
) -> Result<(Vec<usize>, Vec<Diagnostic>)> {
    // A stack that is no longer needed goes last, if nothing of it comes into another.
    let is_left = |at: &usize| moves.values().any(|(from, _)| from == at);
    let (mut usual, needless): (Vec<_>, Vec<_>) =
        (0..units.len()).partition(|at| units[*at].wanted.is_some());
    let (vacated, last): (Vec<_>, Vec<_>) = needless.into_iter().rev().partition(is_left);
    usual.extend(vacated);

    let is_base = |at: &usize| units[*at].portion == Portion::Base;
    let base = usual.iter().copied().find(is_base);
    let after_base = usual.iter().copied().filter(|at| units[*at].wanted.is_some());
    let mut firm: Vec<_> =
        base.iter().flat_map(|base| after_base.clone().map(move |at| (*base, at))).collect();
    firm.extend(moves.values().copied());
    firm.retain(|(first, then)| first != then);
    let rules = new_rules(units, graph);
    let soft: Vec<_> = rules.iter().map(|it| (it.first, it.then)).collect();

    let (order, broken) = sorted(&usual, &firm, &soft);
    let Some(order) = order else {
        let ids: Vec<_> = moves.keys().map(|id| format!("`{id}`")).collect();
        return Err(Diagnostic::new(format!(
            "{} cannot all go from one stack to another at once",
            ids.join(", ")
        ))
        .help("change what invokes one handler, deploy, and then change the other")
        .into());
    };
    // Where nothing runs yet nobody publishes.
    let runs = units
        .iter()
        .any(|unit| unit.deployed.resources().any(|(_, it)| it["Type"] == "AWS::Lambda::Function"));
    let order = order.into_iter().chain(last).collect();
    let missed = rules.iter().filter(|it| runs && broken.contains(&(it.first, it.then)));
    Ok((order, missed.map(|it| it.warning(units, graph)).collect()))
}

/// A rule that is new, with a function of another stack that publishes what it matches.
struct NewRule {
    first: usize,
    then: usize,
    rule: Id<Rule>,
    function: Id<Function>,
}

fn new_rules(units: &[Unit<'_>], graph: &Graph) -> Vec<NewRule> {
    let home =
        |id: &str| units.iter().position(|unit| unit.wanted.as_ref().is_some_and(|it| it.has(id)));
    let mut rules = Vec::new();
    for (id, function) in graph.functions.ids().zip(graph.functions.iter()) {
        let Some(then) = home(&function.node.logical.camel) else { continue };
        for rule in &function.after {
            let logical = &graph.rules[*rule].node.logical.camel;
            let Some(first) = home(logical).filter(|first| *first != then) else { continue };
            if !units[first].deployed.has(logical) {
                rules.push(NewRule { first, then, rule: *rule, function: id });
            }
        }
    }
    rules
}

impl NewRule {
    fn warning(&self, units: &[Unit<'_>], graph: &Graph) -> Diagnostic {
        let publisher = &graph.functions[self.function];
        let subscriber = &graph.functions[graph.rules[self.rule].function];
        let (first, then) = (&units[self.first].stack.name, &units[self.then].stack.name);
        Diagnostic::new(format!(
            "what `{}` publishes does not reach `{}` until stack {first} is deployed, after {then}",
            publisher.handler, subscriber.handler
        ))
        .at(publisher.node.at.clone(), "publishes from now on")
        .at(subscriber.node.at.clone(), "is to handle it")
        .help(
            "each of these stacks has a rule that the other should wait for: deploy who handles \
             the events first, and then who publishes them",
        )
    }
}

/// The usual order, changed where one has to come before another; what is soft gives way. None if
/// what is firm cannot be kept; and what was not kept of what is soft.
fn sorted(
    usual: &[usize],
    firm: &[(usize, usize)],
    soft: &[(usize, usize)],
) -> (Option<Vec<usize>>, Vec<(usize, usize)>) {
    let mut left = usual.to_vec();
    let mut order = Vec::new();
    let mut broken = Vec::new();
    while !left.is_empty() {
        let waits = |at: usize, edges: &[(usize, usize)]| {
            edges.iter().any(|(first, then)| *then == at && left.contains(first))
        };
        let next = left.iter().position(|at| !waits(*at, firm) && !waits(*at, soft));
        let next = next.or_else(|| left.iter().position(|at| !waits(*at, firm)));
        let Some(next) = next else { return (None, broken) };
        let next = left.remove(next);
        broken.extend(soft.iter().filter(|(first, then)| *then == next && left.contains(first)));
        order.push(next);
    }
    (Some(order), broken)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        aws::{Aws, tests::scripted},
        deploy::cloudformation::{stack::Stack, template::Template},
        fixture,
        stage::Stage,
    };

    fn template(ids: &[&str]) -> Template {
        let kind = |id: &&str| match id.ends_with("Function") {
            true => "AWS::Lambda::Function",
            false => "AWS::Events::Rule",
        };
        let resources = ids.iter().map(|id| ((*id).to_owned(), json!({ "Type": kind(id) })));
        Template::new(json!({ "Resources": Value::Object(resources.collect()) }))
    }

    fn unit<'a>(
        portion: Portion,
        deployed: &[&str],
        wanted: Option<&[&str]>,
        aws: &'a Aws,
    ) -> Unit<'a> {
        let stack = Stack::new(aws, format!("loja-dev{}", portion.suffix()));
        let (deployed, wanted) = (template(deployed), wanted.map(template));
        Unit { portion, stack, described: None, deployed, wanted }
    }

    fn with_aws(test: impl FnOnce(&Aws, &Graph)) {
        let folder = tempfile::tempdir().unwrap();
        let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
        test(&scripted(folder.path(), ""), &graph);
    }

    #[test]
    fn what_goes_to_another_stack_leaves_before_it_comes() {
        with_aws(|aws, graph| {
            let order = |units: &[Unit<'_>]| order(units, &moves(units), graph).unwrap();
            let one = Portion::of_handlers(1);
            let grown = [
                unit(Portion::Base, &["A", "XFunction"], Some(&["A"]), aws),
                unit(one, &[], Some(&["XFunction"]), aws),
            ];
            assert_eq!(moves(&grown), Moves::from([("XFunction".into(), (0, 1))]));
            assert_eq!(order(&grown), (vec![0, 1], vec![]));
            let shrunk = [
                unit(Portion::Base, &["A"], Some(&["A", "XFunction"]), aws),
                unit(one, &["XFunction"], None, aws),
                unit(Portion::of_handlers(3), &["YFunction"], None, aws),
            ];
            assert_eq!(moves(&shrunk), Moves::from([("XFunction".into(), (1, 0))]));
            assert_eq!(order(&shrunk), (vec![1, 0, 2], vec![]), "what nobody needs goes last");
            let exchanged = [
                unit(one, &["XFunction"], Some(&["YFunction"]), aws),
                unit(Portion::of_handlers(2), &["YFunction"], Some(&["XFunction"]), aws),
            ];
            let refused = super::order(&exchanged, &moves(&exchanged), graph).unwrap_err();
            assert!(refused.0[0].message.starts_with("`XFunction`, `YFunction` cannot all go"));
        });
    }

    #[test]
    fn a_new_rule_is_there_before_somebody_publishes_to_it() {
        with_aws(|aws, graph| {
            let publisher = graph.functions.iter().find(|it| !it.after.is_empty()).unwrap();
            let rule = &graph.rules[publisher.after[0]];
            let (function, rule_id) = (&*publisher.node.logical.camel, &*rule.node.logical.camel);
            let units = |deployed: &[&str]| {
                [
                    unit(Portion::Base, &[], Some(&[]), aws),
                    unit(Portion::of_handlers(1), &[function], Some(&[function]), aws),
                    unit(Portion::of_handlers(3), deployed, Some(&[rule_id]), aws),
                ]
            };
            let order = |units: &[Unit<'_>]| order(units, &moves(units), graph).unwrap();
            assert_eq!(order(&units(&[])), (vec![0, 2, 1], vec![]));
            assert_eq!(order(&units(&[rule_id])), (vec![0, 1, 2], vec![]));
        });
    }

    #[test]
    fn the_usual_order_is_changed_only_where_it_has_to_be() {
        let order = |firm: &[_], soft: &[_]| sorted(&[0, 1, 2, 3], firm, soft);
        assert_eq!(order(&[], &[]), (Some(vec![0, 1, 2, 3]), vec![]));
        assert_eq!(order(&[(0, 1), (3, 0)], &[]), (Some(vec![2, 3, 0, 1]), vec![]));
        assert_eq!(order(&[(0, 1), (0, 2)], &[(2, 1)]), (Some(vec![0, 2, 1, 3]), vec![]));
        let circle = [(1, 2), (2, 1)];
        assert_eq!(order(&[], &circle), (Some(vec![0, 3, 1, 2]), vec![(2, 1)]));
        assert_eq!(order(&circle, &[]).0, None);
    }
}
