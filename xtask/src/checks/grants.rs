//! Each handle of a handler brings something of its own.

use std::collections::HashMap;

use esteira_manifest::{Action, Handler, On, Parameter, environment_variable};

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{Index, place},
    iam,
};

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for handler in index.handlers.iter() {
        let mut grants: HashMap<_, &Parameter> = HashMap::new();
        for (parameter, grant) in iam::handles(handler.declared) {
            if let Some(first) = grants.get(grant) {
                mistakes.push(
                    Diagnostic::new(format!(
                        "`{}` and `{}` are the same permission: {} on `{}`",
                        first.name,
                        parameter.name,
                        grant.action.iam(),
                        grant.resource
                    ))
                    .at(place(&parameter.at), "asked for again here")
                    .at(place(&first.at), "first asked for here")
                    .help("remove one of the two parameters"),
                );
            } else {
                grants.insert(grant, parameter);
            }
        }
        variables(handler.declared, index, mistakes);
    }
}

/// Two resources that a handler is told of in one environment variable.
fn variables(handler: &Handler, index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    let of_handles = iam::handles(handler).filter_map(|(parameter, grant)| {
        // An event is published by the name of its bus.
        let told = match (grant.action, index.events.get(&grant.resource)) {
            (Action::PutEvents, Some(event)) => &event.declared.bus,
            (Action::PutEvents, None) => return None,
            _ => &grant.resource,
        };
        Some((told.as_ref(), place(&parameter.at)))
    });
    let of_allows = handler.allows.iter().filter_map(|allow| match &allow.on {
        On::Resource(id) => Some((id.as_ref(), place(&allow.at))),
        On::Arn(_) => None,
    });
    let mut variables: HashMap<String, (&str, Place)> = HashMap::new();
    for (id, at) in of_handles.chain(of_allows) {
        let variable = environment_variable(id);
        match variables.get(&variable) {
            Some((other, first)) if *other != id => mistakes.push(
                Diagnostic::new(format!(
                    "`{other}` and `{id}` share the environment variable `{variable}`"
                ))
                .at(at, "needed here")
                .at(first.clone(), "first needed here")
                .help("rename one of the two types or its module"),
            ),
            Some(_) => {}
            None => {
                variables.insert(variable, (id, at));
            }
        }
    }
}
