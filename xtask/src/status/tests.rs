use tempfile::TempDir;

use super::*;
use crate::{aws::tests::scripted, fixture, stage::Stage};

/// Answers as the `aws` command line does, each in the form of its documentation.
const SCRIPT: &str = r#"
refuse() { echo "An error occurred ($1) when calling the X operation: $2" >&2; exit 254; }
case "$1 $2" in
"sts get-caller-identity")
    echo '{"UserId": "X", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/a"}';;
"kinesis describe-stream-summary")
    echo '{"StreamDescriptionSummary": {"StreamStatus": "ACTIVE", "OpenShardCount": 2}}';;
"lambda get-function-configuration")
    echo '{"State": "Active", "LastUpdateStatus": "Successful"}';;
"lambda list-event-source-mappings")
    case "$*" in *ProcessarPedido*) stream=PedidosStream;; *) stream=Leituras;; esac
    echo '{"EventSourceMappings": [{"State": "Enabled", "LastProcessingResult": "OK",
           "EventSourceArn": "arn:aws:kinesis:sa-east-1:123456789012:stream/dev-'$stream'"}]}';;
"events describe-rule") echo '{"State": "ENABLED"}';;
"dynamodb describe-table") echo '{"Table": {"TableStatus": "ACTIVE"}}';;
"sns get-topic-attributes")
    case "$*" in *arn:aws:sns:sa-east-1:123456789012:dev-Avisos*) ;; *) refuse InvalidParameter no;; esac
    echo '{"Attributes": {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}}';;
"sqs get-queue-url") echo '{"QueueUrl": "https://sqs/x"}';;
"sqs get-queue-attributes")
    echo '{"Attributes": {"ApproximateNumberOfMessages": "0",
           "ApproximateNumberOfMessagesNotVisible": "0"}}';;
"s3api list-objects-v2")
    case "$*" in *"dev-loja-failures-123456789012-sa-east-1 "*) ;; *) refuse NoSuchBucket no;; esac;;
"cloudwatch get-metric-data")
    echo '{"MetricDataResults": [{"Id": "m0", "Values": [1.0, 2.0]},
           {"Id": "m1", "Values": [0.0]}]}';;
*) refuse UnknownOperation "$1 $2";;
esac"#;

fn parts(script: &str) -> (Vec<Part>, Option<Refusal>) {
    let folder = TempDir::new().unwrap();
    let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
    let aws = scripted(folder.path(), script);
    let identity = aws.identity().unwrap();
    look(&aws, &identity, &graph)
}

#[test]
fn a_stage_of_which_every_part_is_well_is_healthy() {
    let (parts, refusal) = parts(SCRIPT);
    assert_eq!(refusal, None);
    let ill: Vec<_> = parts.iter().filter(|part| part.health != Health::Healthy).collect();
    assert!(ill.is_empty(), "{ill:#?}");
    let count = |kind| parts.iter().filter(|part| part.kind == kind).count();
    assert_eq!((count("stream"), count("mapping"), count("rule")), (2, 2, 3));
    assert_eq!((count("function"), count("failure queue"), count("failure bucket")), (5, 3, 1));
    // The handlers' own, and the one in which they remember.
    assert_eq!((count("table"), count("topic")), (3, 1));
    let function = parts.iter().find(|part| part.kind == "function").unwrap();
    assert_eq!(function.notes, ["active", "3 invocations in 15 min"]);
}

#[test]
fn what_aws_refuses_to_tell_is_not_healthy_and_what_is_not_there_is_missing() {
    let script = SCRIPT
        .replace(r#"echo '{"Table": {"TableStatus": "ACTIVE"}}'"#, "refuse AccessDeniedException \"User: arn:aws:iam::123456789012:user/a is not authorized to perform: dynamodb:DescribeTable on resource: arn:x because no\"")
        .replace(r#"echo '{"QueueUrl": "https://sqs/x"}'"#, "refuse AWS.SimpleQueueService.NonExistentQueue no");
    let (parts, _) = parts(&script);
    let of = |kind| parts.iter().find(|part| part.kind == kind).unwrap();
    assert_eq!(of("table").health, Health::Failing);
    assert_eq!(of("table").notes, ["AWS denies `dynamodb:DescribeTable` on `arn:x`"]);
    assert!(!of("table").missing);
    assert_eq!(of("failure queue").notes, ["is not there"]);
    assert!(of("failure queue").missing);
}

#[test]
fn without_metrics_the_rest_is_still_known() {
    let script =
        SCRIPT.replace("echo '{\"MetricDataResults\"", "refuse AccessDenied no; echo '{\"X\"");
    let (parts, refusal) = parts(&script);
    assert!(refusal.is_some());
    let function = parts.iter().find(|part| part.kind == "function").unwrap();
    assert_eq!(
        (function.health, &function.notes[..]),
        (Health::Healthy, &["active".to_owned()][..])
    );
}

#[test]
fn a_number_is_said_as_people_say_it() {
    assert_eq!((count(0.0, "error"), count(1.0, "error")), ("0 errors".into(), "1 error".into()));
    let spans = [59.6, 300.0, 7_200.0, 259_200.0].map(span);
    assert_eq!(spans, ["60 s", "5 min", "2 h", "3 days"]);
}
