//! Taking over what a deploy made that ended before it could record it.

use serde_json::Value;

use crate::{aws::Aws, diagnostic::Result};

/// What `terraform import` takes for a resource that is to be created with these values, where
/// AWS refused with `said` because it exists. None if no name leads to it.
///
/// Each is documented under "Import" of its resource:
/// <https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs>.
///
/// # Errors
///
/// AWS refuses to tell the id of something of that name.
pub(super) fn id(kind: &str, values: &Value, said: &str, aws: &Aws) -> Result<Option<String>> {
    let own = |name: &str| values[name].as_str().map(str::to_owned);
    let asked = |service: &str, operation: &str, arguments: &[&str], pointer: &str| -> Result<_> {
        let answer = aws.call(service, operation, arguments)?;
        Ok(answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned))
    };
    let name = own("name").unwrap_or_default();
    Ok(match kind {
        "aws_cloudwatch_event_archive"
        | "aws_cloudwatch_event_bus"
        | "aws_cloudwatch_log_group"
        | "aws_db_subnet_group"
        | "aws_dynamodb_table"
        | "aws_iam_role"
        | "aws_kinesis_stream"
        | "aws_kms_alias"
        | "aws_rds_cluster_parameter_group" => own("name"),
        "aws_lambda_function" => own("function_name"),
        "aws_s3_bucket" => own("bucket"),
        "aws_rds_cluster" => own("cluster_identifier"),
        "aws_rds_cluster_instance" => own("identifier"),
        "aws_dms_endpoint" => own("endpoint_id"),
        "aws_dms_replication_instance" => own("replication_instance_id"),
        "aws_dms_replication_subnet_group" => own("replication_subnet_group_id"),
        "aws_dms_replication_task" => own("replication_task_id"),
        "aws_lambda_permission" => own("function_name")
            .zip(own("statement_id"))
            .map(|(function, statement)| format!("{function}/{statement}")),
        // Its id is a number that the refusal tells.
        "aws_lambda_event_source_mapping" => uuid(said),
        "aws_sqs_queue" => asked("sqs", "get-queue-url", &["--queue-name", &name], "/QueueUrl")?,
        "aws_secretsmanager_secret" => {
            asked("secretsmanager", "describe-secret", &["--secret-id", &name], "/ARN")?
        }
        "aws_security_group" => {
            let vpc = own("vpc_id").unwrap_or_default();
            let (name, vpc) =
                (format!("Name=group-name,Values={name}"), format!("Name=vpc-id,Values={vpc}"));
            let arguments = ["--filters", &name, &vpc];
            asked("ec2", "describe-security-groups", &arguments, "/SecurityGroups/0/GroupId")?
        }
        _ => None,
    })
}

/// The UUID at the end of `… or delete the existing mapping with UUID 91eaeb7e-…`.
fn uuid(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("UUID ")?;
    let uuid: String = rest.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    (uuid.len() == 36).then_some(uuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_of_a_mapping_tells_its_id() {
        let said = "ResourceConflictException: An event source mapping already exists. Please \
                    update or delete the existing mapping with UUID \
                    91eaeb7e-c976-1234-9451-8709db01f137";
        assert_eq!(uuid(said).as_deref(), Some("91eaeb7e-c976-1234-9451-8709db01f137"));
        assert_eq!(uuid("with UUID none"), None);
    }
}
