//! `deployer-policy` on a workspace of two applications.

mod fixture;

use fixture::Fixture;
use serde_json::Value;

#[test]
fn what_is_printed_is_a_policy_that_aws_can_be_given() {
    let fixture = Fixture::new();
    let run = fixture.run("one", &["deployer-policy", "-q"]).ended(0);
    let policy: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(policy["Version"], "2012-10-17");
    assert!(run.stdout.contains("arn:aws:kinesis:*:*:stream/dev-*"), "{}", run.stdout);
    assert!(!run.stdout.contains("cloudformation:"), "{}", run.stdout);

    let backend = ["deployer-policy", "--backend", "cloudformation", "--json", "-q"];
    let run = fixture.run("one", &backend).ended(0);
    let data: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&data["app"], &data["stage"]), (&"one".into(), &"dev".into()));
    let stack = "arn:aws:cloudformation:*:*:stack/one-dev/*";
    assert!(data["documents"].to_string().contains(stack), "{data:#}");

    fixture.run("one", &["deployer-policy", "--part", "9"]).refused(&["there is no part 9"]);
    fixture.run(".", &["deployer-policy"]).refused(&["one, two", "--app"]);
}
