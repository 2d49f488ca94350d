//! What keeps data, and what is lost with it.

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
    fn a_capture_loses_its_position_only_when_it_is_replaced() {
        assert!(lost("AWS::DMS::ReplicationTask", Action::Replace).is_some());
        assert_eq!(lost("AWS::DMS::ReplicationTask", Action::Destroy), None);
    }
}
