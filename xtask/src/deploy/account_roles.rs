//! The two roles that DMS looks for in an account: made where they are missing, before anything
//! else, and belonging to no stage, so that no stage takes them along when it goes.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole>

use serde_json::{Value, json};

use crate::{
    aws::Aws,
    diagnostic::Result,
    graph::{Graph, capture::ACCOUNT_ROLES},
    iam,
};

/// A role, with the name of AWS's policy for it.
pub(super) type Role = (&'static str, &'static str);

/// The roles that the account lacks and a capture of the stage needs.
///
/// # Errors
///
/// AWS does not tell.
pub(super) fn missing(graph: &Graph, aws: &Aws) -> Result<Vec<Role>> {
    let mut missing = Vec::new();
    if graph.captures.iter().next().is_some() {
        for (role, policy) in ACCOUNT_ROLES {
            match aws.call("iam", "get-role", &["--role-name", role]) {
                Ok(_) if may_do_something(role, aws)? => {}
                Ok(_) => missing.push((role, policy)),
                Err(refusal) if refusal.is_not_found() => missing.push((role, policy)),
                Err(refusal) => return Err(refusal.into()),
            }
        }
    }
    Ok(missing)
}

/// Whether a role has any policy. It has none if whoever made it was ended before they were done.
fn may_do_something(role: &str, aws: &Aws) -> Result<bool> {
    let named = ["--role-name", role];
    let attached = aws.call("iam", "list-attached-role-policies", &named)?;
    let inline = aws.call("iam", "list-role-policies", &named)?;
    let any = |list: &Value| list.as_array().is_some_and(|it| !it.is_empty());
    Ok(any(&attached["AttachedPolicies"]) || any(&inline["PolicyNames"]))
}

/// Makes a role, or what is left to do of it.
///
/// # Errors
///
/// AWS refuses it.
pub(super) fn create((role, policy): Role, account: &str, aws: &Aws) -> Result<()> {
    let trust = json!({
        "Version": iam::VERSION,
        "Statement": [{
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": { "Service": "dms.amazonaws.com" },
            "Condition": { "StringEquals": { "aws:SourceAccount": account } },
        }],
    });
    let arguments = ["--role-name", role, "--assume-role-policy-document", &trust.to_string()];
    match aws.call("iam", "create-role", &arguments) {
        Err(refusal) if refusal.code.as_deref() != Some("EntityAlreadyExists") => {
            return Err(refusal.into());
        }
        _ => {}
    }
    // The partition is that of the role.
    let created = aws.call("iam", "get-role", &["--role-name", role])?;
    let arn = created["Role"]["Arn"].as_str().unwrap_or_default();
    let partition = arn.split(':').nth(1).unwrap_or("aws");
    let policy = format!("arn:{partition}:iam::aws:policy/service-role/{policy}");
    aws.call("iam", "attach-role-policy", &["--role-name", role, "--policy-arn", &policy])?;
    Ok(())
}
