//! Who calls, and what the role of a function would allow.

use std::collections::BTreeMap;

use esteira::{
    engine::Engine,
    manifest::{self, Grant, On},
};

use super::Behind;
use crate::{
    binaries::access_keys,
    endpoint::backend::{Access, Denied, Identity, Place},
};

/// What the functions may do, by their access keys.
pub(super) struct Permissions(BTreeMap<String, Role>);

/// The role of a function.
struct Role {
    name: String,
    /// Actions, and what they may be done to: an ARN, which may have wildcards.
    allowed: Vec<(String, String)>,
    /// The events it may put on buses, by the ARNs of these.
    events: Vec<(String, &'static manifest::Event)>,
}

impl Permissions {
    pub(super) fn of(engine: &Engine) -> Self {
        let arns = arns(engine);
        let roles = engine.functions().enumerate().map(|(number, function)| {
            let (mut allowed, mut events) = (Vec::new(), Vec::new());
            for Grant { action, resource } in engine.grants(number) {
                match engine.events().find(|(id, _)| *id == resource) {
                    Some((_, event)) => {
                        let bus = arns.get(event.bus.as_ref()).cloned();
                        events.extend(bus.map(|bus| (bus, event)));
                    }
                    None => {
                        let on = arns.get(resource.as_ref()).cloned();
                        allowed.extend(on.map(|on| (action.iam().to_owned(), on)));
                    }
                }
            }
            let declared = engine.declared(number);
            let raw = declared.allows.iter().flat_map(|allow| {
                let on = match &allow.on {
                    On::Arn(arn) => arn.to_string(),
                    On::Resource(id) => arns.get(id.as_ref()).cloned().unwrap_or_default(),
                };
                allow.actions.iter().map(move |action| (action.to_string(), on.clone()))
            });
            allowed.extend(raw);
            let role = Role { name: function.name.clone(), allowed, events };
            (engine.handlers().nth(number).unwrap_or_default(), role)
        });
        let mut roles: BTreeMap<&str, Role> = roles.collect();
        let keys = access_keys(roles.keys().copied());
        let keyed = keys
            .into_iter()
            .filter_map(|(key, handler)| Some((key, roles.remove(handler.as_str())?)));
        Self(keyed.collect())
    }
}

/// What permissions are about, by id.
fn arns(engine: &Engine) -> BTreeMap<&str, String> {
    let tables = engine.tables().iter().map(|table| &table.named);
    let all = engine.streams().chain(engine.buses()).chain(engine.topics()).chain(tables);
    all.map(|named| (named.id, named.arn.to_string())).collect()
}

impl Access for Behind {
    fn place(&self) -> Place {
        let engine = self.engine();
        let place = engine.place();
        Place { region: place.region.clone(), account: place.account.clone() }
    }

    fn identity(&self, access_key: Option<&str>) -> Identity {
        let account = self.place().account;
        match access_key.and_then(|key| Some((key, self.permissions.0.get(key)?))) {
            Some((key, role)) => Identity { arn: assumed(&account, role), user_id: key.to_owned() },
            None => Identity {
                arn: format!("arn:aws:iam::{account}:user/developer"),
                user_id: "developer".into(),
            },
        }
    }

    fn authorize(
        &self,
        access_key: Option<&str>,
        action: &str,
        resource: &str,
    ) -> Result<(), Denied> {
        let Some(role) = access_key.and_then(|key| self.permissions.0.get(key)) else {
            return Ok(());
        };
        let allowed = |(allowed, on): &(String, String)| {
            allowed.eq_ignore_ascii_case(action) && matches(on.as_bytes(), resource.as_bytes())
        };
        match role.allowed.iter().any(allowed) {
            true => Ok(()),
            false => Err(self.deny(role, action, resource)),
        }
    }

    fn authorize_event(
        &self,
        access_key: Option<&str>,
        bus: &str,
        source: &str,
        detail_type: &str,
    ) -> Result<(), Denied> {
        let role = access_key.and_then(|key| self.permissions.0.get(key));
        let granted = |(on, event): &(String, &manifest::Event)| {
            on == bus && event.source == source && event.detail_type == detail_type
        };
        match role {
            Some(role) if !role.events.iter().any(granted) => {
                self.authorize(access_key, "events:PutEvents", bus)
            }
            _ => Ok(()),
        }
    }
}

impl Behind {
    fn deny(&self, role: &Role, action: &str, resource: &str) -> Denied {
        let denied = Denied::new(&assumed(&self.place().account, role), action, resource);
        self.engine().refused(&role.name, denied.message.clone());
        denied
    }
}

fn assumed(account: &str, role: &Role) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{0}/{0}", role.name)
}

/// Whether a text is what a pattern with `*` and `?` says.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            matches(rest, text) || (!text.is_empty() && matches(pattern, &text[1..]))
        }
        ([b'?', pattern @ ..], [_, text @ ..]) => matches(pattern, text),
        ([a, pattern @ ..], [b, text @ ..]) => a == b && matches(pattern, text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_what_aws_says() {
        let matches = |pattern: &str, text: &str| matches(pattern.as_bytes(), text.as_bytes());
        assert!(
            matches("*", "arn:aws:x") && matches("arn:*:y", "arn:aws:y") && matches("a?c", "abc")
        );
        assert!(!matches("arn:*:y", "arn:aws:z") && !matches("a?c", "ac") && !matches("", "a"));
    }
}
