//! `Rules`: where the stack may be made at all.

use super::Value;
use crate::graph::Graph;

/// One assertion for each of account and region that the stage pins, under the name of its rule.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>
pub(super) fn rules(graph: &Graph) -> Vec<(String, Value)> {
    let stage = &graph.stage;
    let rule = |name: &str, pseudo: &str, what: &str, pinned: &Option<String>| {
        let pinned = pinned.as_ref()?;
        let equal = Value::list([Value::reference(pseudo), pinned.into()]);
        let assertion = Value::map([
            ("Assert", Value::map([("Fn::Equals", equal)])),
            (
                "AssertDescription",
                format!("Stage {stage} may be deployed to {what} {pinned} alone.").into(),
            ),
        ]);
        let assertions = Value::List(vec![assertion]);
        Some((name.to_owned(), Value::map([("Assertions", assertions)])))
    };
    let account = rule("Account", "AWS::AccountId", "account", &graph.account);
    let region = rule("Region", "AWS::Region", "region", &graph.region);
    account.into_iter().chain(region).collect()
}
