//! What keeps data, and what is lost with it.

use serde_json::Value;

use super::Action;

/// The types that keep data, in Terraform and in CloudFormation, with what is lost when one is
/// destroyed or replaced.
const KEEPERS: [(&str, &str, &str); 7] = [
    ("aws_dynamodb_table", "AWS::DynamoDB::Table", "its items"),
    ("aws_kinesis_stream", "AWS::Kinesis::Stream", "its records"),
    ("aws_rds_cluster", "AWS::RDS::DBCluster", "the database"),
    ("aws_s3_bucket", "AWS::S3::Bucket", "the records that failed"),
    ("aws_sqs_queue", "AWS::SQS::Queue", "the events that failed"),
    ("aws_cloudwatch_event_archive", "AWS::Events::Archive", "the events that it archived"),
    ("aws_kms_key", "AWS::KMS::Key", "whatever is encrypted with it"),
];

/// How long something is kept: the type and where among its values that stands, in Terraform and in
/// CloudFormation, and what is deleted when it gets less.
const TIMES: [[(&str, &str); 2]; 5] = [
    [
        ("aws_kinesis_stream", "/retention_period"),
        ("AWS::Kinesis::Stream", "/RetentionPeriodHours"),
    ],
    [
        ("aws_cloudwatch_event_archive", "/retention_days"),
        ("AWS::Events::Archive", "/RetentionDays"),
    ],
    [
        ("aws_cloudwatch_log_group", "/retention_in_days"),
        ("AWS::Logs::LogGroup", "/RetentionInDays"),
    ],
    [
        ("aws_sqs_queue", "/message_retention_seconds"),
        ("AWS::SQS::Queue", "/MessageRetentionPeriod"),
    ],
    [
        ("aws_s3_bucket_lifecycle_configuration", "/rule/0/expiration/0/days"),
        ("AWS::S3::Bucket", "/LifecycleConfiguration/Rules/0/ExpirationInDays"),
    ],
];

/// What a replacement begins with anew: nothing is lost when it is destroyed.
const POSITIONS: [(&str, &str); 2] = [
    ("aws_dms_replication_task", "AWS::DMS::ReplicationTask"),
    ("aws_dms_replication_config", "AWS::DMS::ReplicationConfig"),
];

/// What is lost if this is done to a resource of a type.
pub(super) fn lost(kind: &str, action: Action) -> Option<&'static str> {
    let keeper = KEEPERS.iter().find(|(ours, theirs, _)| [ours, theirs].contains(&&kind));
    let position = POSITIONS.iter().any(|(ours, theirs)| [ours, theirs].contains(&&kind));
    match action {
        Action::Add | Action::Change | Action::Leave => None,
        Action::Replace if position => Some("what the database changes until it captures again"),
        Action::Replace | Action::Destroy => keeper.map(|(.., what)| *what),
    }
}

/// What is lost if a resource of a type gets other values. Not to say how long, or zero, is forever.
pub(super) fn shortened(kind: &str, before: &Value, after: &Value) -> Option<&'static str> {
    let (_, time) = TIMES.iter().flatten().find(|(known, _)| *known == kind)?;
    let length = |values: &Value| {
        let said = values.pointer(time).and_then(Value::as_f64).filter(|length| *length > 0.0);
        said.unwrap_or(f64::INFINITY)
    };
    (length(after) < length(before)).then_some("what is past the shorter retention")
}

/// What is lost of a type that keeps no data when one is deleted and made again: the time between is
/// missing, and what it has said.
pub(super) fn interrupted(kind: &str, properties: &Value) -> Option<&'static str> {
    match kind {
        "AWS::Logs::LogGroup" => Some("what it has logged"),
        "AWS::Events::Rule" => Some("the events that come until it is there again"),
        // One that begins at the oldest record reads again what it has read.
        "AWS::Lambda::EventSourceMapping" if properties["StartingPosition"] == "LATEST" => {
            Some("the records that come until it reads again")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_lost_only_with_what_keeps_it() {
        assert_eq!(lost("aws_dynamodb_table", Action::Destroy), Some("its items"));
        assert_eq!(lost("AWS::DynamoDB::Table", Action::Replace), Some("its items"));
        for action in [Action::Add, Action::Change, Action::Leave] {
            assert_eq!(lost("aws_dynamodb_table", action), None);
        }
        assert_eq!(lost("aws_lambda_function", Action::Destroy), None);
    }

    #[test]
    fn what_is_kept_for_a_shorter_time_is_lost_in_part() {
        use serde_json::json;
        let stream = |from: u32, to: u32| {
            let values = |hours: u32| json!({ "retention_period": hours });
            shortened("aws_kinesis_stream", &values(from), &values(to)).is_some()
        };
        assert!(stream(48, 24) && !stream(24, 24) && !stream(24, 48));
        let archive = |from: u32, to: u32| {
            let values = |days: u32| json!({ "RetentionDays": days });
            shortened("AWS::Events::Archive", &values(from), &values(to)).is_some()
        };
        assert!(archive(0, 30) && !archive(30, 0), "zero is forever");
        let days = |days: u32| json!({ "rule": [{ "expiration": [{ "days": days }] }] });
        let bucket = "aws_s3_bucket_lifecycle_configuration";
        assert!(shortened(bucket, &days(90), &days(30)).is_some());
        assert_eq!(shortened("aws_lambda_function", &json!({}), &json!({})), None);
    }

    #[test]
    fn what_begins_at_the_end_of_a_stream_loses_what_it_did_not_read() {
        let mapping = |position: &str| {
            let properties = serde_json::json!({ "StartingPosition": position });
            interrupted("AWS::Lambda::EventSourceMapping", &properties).is_some()
        };
        assert!(mapping("LATEST") && !mapping("TRIM_HORIZON"));
        assert!(interrupted("AWS::Logs::LogGroup", &Value::Null).is_some());
        assert_eq!(interrupted("AWS::IAM::Role", &Value::Null), None);
    }

    #[test]
    fn a_capture_loses_its_position_only_when_it_is_replaced() {
        assert!(lost("AWS::DMS::ReplicationTask", Action::Replace).is_some());
        assert_eq!(lost("AWS::DMS::ReplicationTask", Action::Destroy), None);
    }
}
