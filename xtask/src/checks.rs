//! What has to hold before anything is written. Each mistake is reported, not only the first.

use std::collections::HashMap;

use crate::{
    diagnostic::{Diagnostic, Failure, Place, Result},
    graph::{Endpoint, Graph, Group, Index},
    stage::Stage,
};

mod allows;
mod captures;
mod duplicates;
mod events;
mod grants;
mod idempotency;
mod limits;
mod names;
mod patterns;
mod references;
mod settings;
mod sizes;

/// Runs every check.
///
/// # Errors
///
/// All mistakes found, ordered by where to edit.
pub(crate) fn run(index: &Index<'_>, stage: &Stage) -> Result<()> {
    let mut mistakes = Vec::new();
    if index.handlers.is_empty() {
        mistakes.push(
            Diagnostic::new(format!("application `{}` has no handler", index.manifest.app)).help(
                "annotate an async function with `#[on_kinesis(stream = …)]` or \
                 `#[on_event(rule = …)]`",
            ),
        );
    }
    references::check(index, &mut mistakes);
    duplicates::check(index, stage, &mut mistakes);
    names::check(index, stage, &mut mistakes);
    limits::check(index, &mut mistakes);
    events::check(index, &mut mistakes);
    captures::check(index, &mut mistakes);
    patterns::check(index, &mut mistakes);
    grants::check(index, &mut mistakes);
    allows::check(index, &mut mistakes);
    settings::check(index, stage, &mut mistakes);

    ordered(mistakes)
}

/// Runs the checks that take the whole graph.
///
/// # Errors
///
/// All mistakes found, ordered by where to edit.
pub(crate) fn whole(graph: &Graph) -> Result<()> {
    let mut mistakes = Vec::new();
    sizes::check(graph, &mut mistakes);
    idempotency::check(graph, &mut mistakes);
    duplicates::groups(graph, &mut mistakes);
    ordered(mistakes)
}

fn ordered(mut mistakes: Vec<Diagnostic>) -> Result<()> {
    if mistakes.is_empty() {
        return Ok(());
    }
    mistakes.sort_by(|a, b| a.places.first().map(|p| &p.0).cmp(&b.places.first().map(|p| &p.0)));
    Err(Failure(mistakes))
}

/// Mistakes that take several applications to see: what an account, or a VPC, takes only once.
pub(crate) fn between<'a>(graphs: impl Iterator<Item = &'a Graph>) -> Vec<Diagnostic> {
    let mut first: HashMap<String, (&str, &Place)> = HashMap::new();
    let mut mistakes = Vec::new();
    for graph in graphs {
        let app = graph.app.as_str();
        for Claim { what, at, help } in claims(graph) {
            match first.get(&what) {
                Some((other, place)) if *other != app => mistakes.push(
                    Diagnostic::new(format!(
                        "the applications `{other}` and `{app}` both have {what}"
                    ))
                    .at(at.clone(), "declared again here")
                    .at((*place).clone(), "first declared here")
                    .help(help),
                ),
                Some(_) => {}
                None => {
                    first.insert(what, (app, at));
                }
            }
        }
    }
    mistakes
}

/// Something that there can be only one of.
struct Claim<'a> {
    /// What it is, and where there can be only one.
    what: String,
    at: &'a Place,
    /// What to do if there are two.
    help: String,
}

fn claims(graph: &Graph) -> Vec<Claim<'_>> {
    let rename = || {
        format!(
            "give one of them another name, or one application another pattern in its \
             esteira.toml: `names = \"{{stage}}-{}-{{name}}\"`",
            graph.app
        )
    };
    let mut claims: Vec<_> = graph
        .named()
        .map(|(noun, node)| {
            let what = format!("a {noun} named `{}`", node.name);
            Claim { what, at: &node.at, help: rename() }
        })
        .collect();
    // A VPC that is created is one application's own.
    for Group { node, vpc, .. } in graph.groups.created() {
        if let Some(vpc) = &graph.vpcs[*vpc].node.existing {
            let what = format!("a security group named `{}` in {vpc}", node.name);
            claims.push(Claim { what, at: &node.at, help: rename() });
        }
    }
    for Endpoint { node, vpc, service, group } in graph.endpoints.iter() {
        let vpc = &graph.vpcs[*vpc];
        let Some(id) = &vpc.node.existing else { continue };
        let (stage, name, service) = (&graph.stage, vpc.node.item(), service.name());
        let mut claim = |what, also: &str| {
            let help = format!(
                "let one of them make it, and write in the esteira.toml of the other: \
                 [stage.{stage}.resources.{name}] endpoints = [\"{service}\"]{also}"
            );
            claims.push(Claim { what, at: &node.at, help });
        };
        if group.is_some() {
            // It takes the service's own name in the VPC's DNS.
            let what = format!("an endpoint of `{service}` in {id}");
            claim(what, ", endpoints_security_group = \"sg-…\"");
        } else {
            let tables = vpc.private_tables.iter().map(|table| &graph.route_tables[*table].node);
            for table in tables.filter_map(|table| table.existing.as_ref()) {
                claim(format!("a route to `{service}` in {table}"), "");
            }
        }
    }
    claims
}

#[cfg(test)]
mod tests;
