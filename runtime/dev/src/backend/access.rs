//! Who calls, and what the role of a function would allow.

use std::collections::BTreeMap;

use esteira::{engine::Engine, manifest::On};

use super::Behind;
use crate::endpoint::backend::{Access, Denied, Identity, Place};

/// What the functions may do, by their access keys.
pub(super) struct Permissions(BTreeMap<String, Role>);

/// The role of a function.
struct Role {
    name: String,
    /// Actions, and what they may be done to: an ARN, which may have wildcards.
    allowed: Vec<(String, String)>,
}

/// The access key of a function: nobody else has it.
pub(crate) fn access_key(function: &str) -> String {
    // Letters and digits, as those of AWS.
    let name: String = function.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("ASIA{}", name.to_ascii_uppercase())
}

impl Permissions {
    pub(super) fn of(engine: &Engine) -> Self {
        let arns = arns(engine);
        let roles = engine.functions().enumerate().map(|(number, function)| {
            let grants = engine.grants(number).into_iter().filter_map(|grant| {
                Some((grant.action.iam().to_owned(), arns.get(grant.resource.as_ref())?.clone()))
            });
            let declared = engine.declared(number);
            let raw = declared.allows.iter().flat_map(|allow| {
                let on = match &allow.on {
                    On::Arn(arn) => arn.to_string(),
                    On::Resource(id) => arns.get(id.as_ref()).cloned().unwrap_or_default(),
                };
                allow.actions.iter().map(move |action| (action.to_string(), on.clone()))
            });
            let role = Role { name: function.name.clone(), allowed: grants.chain(raw).collect() };
            (access_key(&function.name), role)
        });
        Self(roles.collect())
    }
}

/// What permissions are about, by id: of an event, its bus.
fn arns(engine: &Engine) -> BTreeMap<&str, String> {
    let tables = engine.tables().iter().map(|table| &table.named);
    let all = engine.streams().chain(engine.buses()).chain(engine.topics()).chain(tables);
    let mut arns: BTreeMap<&str, String> =
        all.map(|named| (named.id, named.arn.to_string())).collect();
    for (event, bus) in engine.events() {
        if let Some(arn) = arns.get(bus).cloned() {
            arns.insert(event, arn);
        }
    }
    arns
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
        if role.allowed.iter().any(allowed) {
            return Ok(());
        }
        let denied = Denied::new(&assumed(&self.place().account, role), action, resource);
        self.engine().refused(&role.name, denied.message.clone());
        Err(denied)
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

    #[test]
    fn functions_have_access_keys_of_letters_and_digits() {
        assert_eq!(access_key("dev-AtualizarEstoque"), "ASIADEVATUALIZARESTOQUE");
    }
}
