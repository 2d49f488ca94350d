//! Whether what exists already belongs to the stage, by its tags.

use serde_json::Value;

use crate::{
    deploy::Deployment,
    diagnostic::{Diagnostic, Failure, Result},
};

/// Refuses to take over what has not the tags of the stage: logical ids, with names or ARNs.
pub(super) fn check<'i>(
    imports: impl Iterator<Item = (&'i str, &'i str)>,
    deployment: &Deployment<'_>,
) -> Result<()> {
    let imports: Vec<_> = imports.collect();
    if imports.is_empty() {
        return Ok(());
    }
    let filter = |(key, value): &(String, String)| format!("Key={key},Values={value}");
    let filters: Vec<_> = deployment.graph.tags.iter().take(OURS).map(filter).collect();
    let mut arguments = vec!["--query", "ResourceTagMappingList[].ResourceARN", "--tag-filters"];
    arguments.extend(filters.iter().map(String::as_str));
    let arns = deployment.aws.call("resourcegroupstaggingapi", "get-resources", &arguments)?;
    let foreign = imports.into_iter().filter(|(_, name)| !is_among(name, &arns));
    let mistakes: Vec<_> = foreign
        .map(|(id, name)| {
            Diagnostic::new(format!("`{name}` exists, and has not the tags of this stage")).help(
                format!("it is not taken over as `{id}`: remove it, or tag it as the rest is"),
            )
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(Failure(mistakes)) }
}

/// The tags that esteira itself gives come first.
const OURS: usize = crate::stage::OUR_TAGS.len();

/// Whether a name is that at the end of one of these ARNs.
fn is_among(name: &str, arns: &Value) -> bool {
    let mut arns = arns.as_array().into_iter().flatten().filter_map(Value::as_str);
    arns.any(|arn| match arn.strip_suffix(name) {
        Some(before) => before.is_empty() || before.ends_with([':', '/']),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_the_end_of_its_arn_and_not_of_another_s() {
        let arns = json!(["arn:aws:dynamodb:us-east-1:123456789012:table/dev-Orders", "arn:aws:x"]);
        assert!(is_among("dev-Orders", &arns));
        assert!(is_among("arn:aws:x", &arns));
        assert!(!is_among("Orders", &arns));
        assert!(!is_among("dev-Orders", &json!(null)));
    }
}
