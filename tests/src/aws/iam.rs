use anyhow::Context;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Aws, elements};

const VERSION: (&str, &str) = ("Version", "2010-05-08");

impl Aws {
    /// The names of all roles.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn roles(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.query("iam", "ListRoles", &[VERSION])?;
        Ok(elements(&answer, "RoleName").into_iter().map(str::to_owned).collect())
    }

    /// Makes a user with that policy; returns the key and its secret.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn user(&self, name: &str, policy: &str) -> anyhow::Result<(String, String)> {
        let user = [VERSION, ("UserName", name)];
        self.query("iam", "CreateUser", &user)?;
        let put = [user[0], user[1], ("PolicyName", "all"), ("PolicyDocument", policy)];
        self.query("iam", "PutUserPolicy", &put)?;
        let answer = self.query("iam", "CreateAccessKey", &user)?;
        let text = |name| elements(&answer, name).first().map(|it| (*it).to_owned());
        text("AccessKeyId").zip(text("SecretAccessKey")).context("no key")
    }

    /// Takes an action away from a role: from every statement of its inline policies. Returns how
    /// many statements named it.
    ///
    /// # Errors
    ///
    /// There is no such role, or a policy cannot be understood.
    pub fn revoke(&self, role: &str, action: &str) -> anyhow::Result<usize> {
        let listed = self.query("iam", "ListRolePolicies", &[VERSION, ("RoleName", role)])?;
        let mut revoked = 0;
        for policy in elements(&listed, "member") {
            let name = [VERSION, ("RoleName", role), ("PolicyName", policy)];
            let answer = self.query("iam", "GetRolePolicy", &name)?;
            let document =
                *elements(&answer, "PolicyDocument").first().context("no PolicyDocument")?;
            let document = percent_decode_str(document).decode_utf8()?;
            let mut document: Value =
                serde_json::from_str(&document).context("the policy is no JSON")?;
            let statements =
                document["Statement"].as_array_mut().context("no list of statements")?;
            let named = |actions: &Value| match actions {
                Value::Array(all) => all.iter().any(|it| it == action),
                one => one == action,
            };
            revoked += statements.iter().filter(|it| named(&it["Action"])).count();
            for statement in statements.iter_mut() {
                if let Value::Array(actions) = &mut statement["Action"] {
                    actions.retain(|it| it != action);
                }
            }
            let empty =
                |actions: &Value| named(actions) || actions.as_array().is_some_and(Vec::is_empty);
            statements.retain(|it| !empty(&it["Action"]));
            let document = document.to_string();
            let put: Vec<_> =
                name.into_iter().chain([("PolicyDocument", document.as_str())]).collect();
            self.query("iam", "PutRolePolicy", &put)?;
        }
        Ok(revoked)
    }
}
