//! What the application adds up to is within what AWS takes.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{
    diagnostic::Diagnostic,
    graph::{
        Attribute, Function, Graph, Group, Id, Part, Peer, Reference, Rule, Target, Text, Value,
    },
    iam::{self, Resource},
};

/// Bytes of all environment variables of a function, as JSON
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const ENVIRONMENT: usize = 4_096;

/// Characters of all inline policies of a role, without white space
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const POLICY: usize = 10_240;

/// The most characters of an ARN before the resource's name: those of its parts that vary, of a
/// partition, a service, a region and an account, and the longest kind of resource.
const ARN_BEFORE_NAME: usize = "arn:aws-us-gov:dynamodb:us-isof-south-1:123456789012:table/".len();

/// The characters of the id of a key.
const KEY_ID: usize = 36;

pub(super) fn check(graph: &Graph, mistakes: &mut Vec<Diagnostic>) {
    for function in graph.functions.iter() {
        mistakes.extend(environment(function, graph));
        mistakes.extend(policy(function, graph));
    }
    rules(graph, mistakes);
    openings(graph, mistakes);
}

fn environment(function: &Function, graph: &Graph) -> Option<Diagnostic> {
    let variables: BTreeMap<_, _> = function
        .environment
        .iter()
        .map(|variable| {
            let value = match &variable.value {
                Value::Literal(text) => text.clone(),
                Value::Of(reference) => longest(*reference, graph),
            };
            (&variable.name, value)
        })
        .collect();
    let bytes = json!(variables).to_string().len();
    (bytes > ENVIRONMENT).then(|| {
        Diagnostic::new(format!(
            "the environment of `{}` has up to {bytes} bytes, and Lambda takes {ENVIRONMENT}",
            function.handler
        ))
        .at(function.node.at.clone(), "")
        .help("shorten what `environment(…)` says, or split the handler: each resource it uses takes a variable too")
    })
}

fn policy(function: &Function, graph: &Graph) -> Option<Diagnostic> {
    let statements = function.role.statements.iter().map(|statement| {
        let resource = match &statement.resource {
            Resource::One(reference) => longest(*reference, graph),
            Resource::Written(arn) => arn.clone(),
            Resource::Objects(reference) => longest(*reference, graph) + "/*",
            Resource::OwnLogs => filler(ARN_BEFORE_NAME + function.log_group.name.len()) + ":*",
            Resource::Any => "*".into(),
        };
        let condition = statement.condition.as_ref().map(|condition| {
            let keys = condition.keys.iter().map(|(key, text)| (key, at_most(text)));
            json!({ condition.operator: keys.collect::<BTreeMap<_, _>>() })
        });
        json!({
            "Sid": statement.sid,
            "Effect": statement.effect.name(),
            "Action": statement.actions,
            "Resource": resource,
            "Condition": condition,
        })
    });
    let document = json!({ "Version": iam::VERSION, "Statement": statements.collect::<Json>() });
    let count = document.to_string().chars().filter(|c| !c.is_whitespace()).count();
    (count > POLICY).then(|| {
        Diagnostic::new(format!(
            "the policy of the role of `{}` has up to {count} characters, and IAM takes {POLICY}",
            function.handler
        ))
        .at(function.node.at.clone(), "")
        .help("split the handler: each of its handles and each `allow` is a statement")
    })
}

/// Every rule has one target by construction; the rules of one bus may be too many.
fn rules(graph: &Graph, mistakes: &mut Vec<Diagnostic>) {
    let mut rules: BTreeMap<_, Vec<Id<Rule>>> = BTreeMap::new();
    for id in graph.rules.ids() {
        rules.entry(graph.rules[id].bus).or_default().push(id);
    }
    for (bus, rules) in rules {
        let bus = &graph.buses[bus];
        let quota = bus.rule_quota as usize;
        if let Some(first) = rules.get(quota) {
            let name = bus.node.id.rsplit("::").next().unwrap_or_default();
            mistakes.push(
                Diagnostic::new(format!(
                    "the bus `{name}` has {} rules, and an account may have {quota} on it",
                    rules.len()
                ))
                .at(bus.node.at.clone(), "")
                .at(graph.rules[*first].node.at.clone(), "the first rule too many")
                .help(format!(
                    "move events to another bus; or, if AWS has raised the quota, write in \
                     esteira.toml: [stage.{}.resources.{name}] rule_quota = {}",
                    graph.stage,
                    rules.len()
                )),
            );
        }
    }
}

/// The rules out of each security group, and those into it.
fn openings(graph: &Graph, mistakes: &mut Vec<Diagnostic>) {
    let mut rules = BTreeMap::<_, usize>::new();
    for opening in &graph.openings {
        *rules.entry((opening.from, "out of")).or_default() += 1;
        if let Peer::Group(to) = opening.to {
            *rules.entry((to, "into")).or_default() += 1;
        }
    }
    for ((group, direction), count) in rules {
        let Group { node, vpc, .. } = &graph.groups[group];
        let vpc = &graph.vpcs[*vpc];
        let quota = vpc.group_rule_quota as usize;
        if count > quota && node.is_created() {
            mistakes.push(
                Diagnostic::new(format!(
                    "the security group `{}` has {count} rules {direction} it, and AWS takes {quota}",
                    node.name
                ))
                .at(node.at.clone(), "declared here")
                .help(format!(
                    "move some of what is in the VPC to another one; or, if AWS has raised the \
                     quota, write in esteira.toml: [stage.{}.resources.{}] group_rule_quota = \
                     {count}",
                    graph.stage,
                    vpc.node.item()
                )),
            );
        }
    }
}

/// A text as long as a reference's value can become.
fn longest(reference: Reference, graph: &Graph) -> String {
    let node = reference.target.node(graph);
    match (&node.existing, reference.attribute) {
        (Some(existing), Attribute::Arn | Attribute::Id | Attribute::Endpoint) => existing.clone(),
        (_, Attribute::Name) => node.name.clone(),
        (None, Attribute::Arn | Attribute::Id | Attribute::Endpoint) => {
            // A key's ARN ends in its id.
            let key = matches!(reference.target, Target::KmsKey(_));
            filler(ARN_BEFORE_NAME + if key { KEY_ID } else { node.name.len() })
        }
    }
}

fn at_most(text: &Text) -> String {
    let literals = text.parts().iter().filter_map(|part| match part {
        Part::Literal(text) => Some(text.as_str()),
        _ => None,
    });
    let literals: String = literals.collect();
    let rest = text.longest() - literals.chars().count();
    literals + &filler(rest)
}

fn filler(length: usize) -> String {
    "x".repeat(length)
}
