//! STS: who calls.

use super::{
    call::Call,
    failure::{Failure, Outcome},
    xml::Xml,
};

/// The namespace of its answers.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Answers a call. `GetCallerIdentity` needs no permission.
pub(super) fn answer(call: &Call<'_>, action: &str) -> Outcome<Xml> {
    if action != "GetCallerIdentity" {
        return Err(Failure::unknown("STS", action, &["GetCallerIdentity"]));
    }
    let identity = call.backend.identity(call.access_key);
    Ok(Xml::new()
        .text("Arn", identity.arn)
        .text("UserId", identity.user_id)
        .text("Account", call.place().account))
}
