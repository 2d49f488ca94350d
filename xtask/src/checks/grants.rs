//! Each handle of a handler brings something of its own.

use std::collections::HashMap;

use esteira::manifest::{Action, Parameter, environment_variable};

use crate::{
    diagnostic::Diagnostic,
    graph::{Index, place},
    iam,
};

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for handler in index.handlers.iter() {
        let mut grants: HashMap<_, &Parameter> = HashMap::new();
        let mut variables: HashMap<String, ((&str, &str), &Parameter)> = HashMap::new();
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

            // An event is published by the name of its bus.
            let event = index.events.get(&grant.resource);
            let (noun, id) = match (grant.action, event) {
                (Action::PutEvents, Some(event)) => ("bus", &event.declared.bus),
                (Action::PutEvents, None) => continue,
                (Action::Publish, _) => ("topic", &grant.resource),
                _ => ("table", &grant.resource),
            };
            let told = (noun, id.as_ref());
            let variable = environment_variable(id);
            match variables.get(&variable) {
                Some((other, first)) if *other != told => mistakes.push(
                    Diagnostic::new(format!(
                        "the {} `{}` and the {noun} `{id}` share the environment variable \
                         `{variable}`",
                        other.0, other.1
                    ))
                    .at(place(&parameter.at), "needed here")
                    .at(place(&first.at), "first needed here")
                    .help("rename one of the two types or its module"),
                ),
                Some(_) => {}
                None => {
                    variables.insert(variable, (told, parameter));
                }
            }
        }
    }
}
