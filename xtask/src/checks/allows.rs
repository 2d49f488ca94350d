//! Each `allow` permits what can be done to what it is about, and nothing twice.

use std::collections::HashMap;

use esteira_manifest::{Allow, Handler, On};

use crate::{
    diagnostic::{Diagnostic, Place},
    graph::{Index, place},
    iam::{self, allow},
};

pub(super) fn check(index: &Index<'_>, mistakes: &mut Vec<Diagnostic>) {
    for handler in index.handlers.iter() {
        for allow in handler.declared.allows.iter() {
            mistakes.extend(foreign(allow, index));
        }
        twice(handler.declared, mistakes);
    }
}

/// Actions of another service than the resource's: IAM takes them, and they permit nothing.
fn foreign<'a>(
    allow: &'a Allow,
    index: &'a Index<'_>,
) -> impl Iterator<Item = Diagnostic> + use<'a> {
    // One that leads nowhere is reported as that.
    let service = allow::target(allow, index).ok().flatten().and_then(allow::service_of);
    let actions = allow.actions.iter();
    actions.filter_map(move |action| {
        let (service, On::Resource(id)) = (service?, &allow.on) else { return None };
        (allow::service(action) != service).then(|| {
            let mistake = Diagnostic::new(format!("`{action}` cannot be done to `{id}`"));
            let declared = index.place(id).map(|at| (at, "declared here"));
            declared
                .into_iter()
                .fold(mistake.at(place(&allow.at), "allowed here"), |m, (at, what)| m.at(at, what))
                .help(format!(
                    "its actions begin with `{service}:`; write another `allow` for what else is needed"
                ))
        })
    })
}

/// The same action on the same resource, by two of a handler's handles and `allow`s.
fn twice(handler: &Handler, mistakes: &mut Vec<Diagnostic>) {
    let mut first: HashMap<(&str, On), Place> = HashMap::new();
    for (parameter, grant) in iam::handles(handler) {
        let on = On::Resource(grant.resource.clone());
        first.entry((grant.action.iam(), on)).or_insert_with(|| place(&parameter.at));
    }
    for allow in handler.allows.iter() {
        for action in allow.actions.iter() {
            let key = (action.as_ref(), allow.on.clone());
            let Some(other) = first.get(&key) else {
                first.insert(key, place(&allow.at));
                continue;
            };
            let (On::Resource(on) | On::Arn(on)) = &allow.on;
            mistakes.push(
                Diagnostic::new(format!("{action} on `{on}` is permitted twice"))
                    .at(place(&allow.at), "permitted again here")
                    .at(other.clone(), "first permitted here")
                    .help(format!("leave `{action}` out of this `allow`: a `Raw` client may do what any parameter may")),
            );
        }
    }
}
