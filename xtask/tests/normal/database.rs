//! Databases and their capture: what either language calls the same setting.

use serde_json::{Map, Value, json};

use super::network::{Key, Kind};

pub(super) const KINDS: [Kind; 10] = [
    Kind {
        name: "Cluster",
        terraform: "aws_rds_cluster",
        cloudformation: "AWS::RDS::DBCluster",
        settings: &[
            ["cluster_identifier", "DBClusterIdentifier"],
            ["engine", "Engine"],
            ["engine_version", "EngineVersion"],
            ["database_name", "DatabaseName"],
            ["port", "Port"],
            ["master_username", "MasterUsername"],
            ["manage_master_user_password", "ManageMasterUserPassword"],
            ["master_user_secret_kms_key_id", "MasterUserSecret.KmsKeyId"],
            ["storage_encrypted", "StorageEncrypted"],
            ["kms_key_id", "KmsKeyId"],
            ["db_subnet_group_name", "DBSubnetGroupName"],
            ["vpc_security_group_ids", "VpcSecurityGroupIds"],
            ["db_cluster_parameter_group_name", "DBClusterParameterGroupName"],
            ["backup_retention_period", "BackupRetentionPeriod"],
            ["copy_tags_to_snapshot", "CopyTagsToSnapshot"],
            ["enabled_cloudwatch_logs_exports", "EnableCloudwatchLogsExports"],
            ["deletion_protection", "DeletionProtection"],
            [
                "serverlessv2_scaling_configuration.min_capacity",
                "ServerlessV2ScalingConfiguration.MinCapacity",
            ],
            [
                "serverlessv2_scaling_configuration.max_capacity",
                "ServerlessV2ScalingConfiguration.MaxCapacity",
            ],
        ],
        key: Key::Name(["cluster_identifier", "DBClusterIdentifier"]),
    },
    Kind {
        name: "Instance",
        terraform: "aws_rds_cluster_instance",
        cloudformation: "AWS::RDS::DBInstance",
        settings: &[
            ["identifier", "DBInstanceIdentifier"],
            ["cluster_identifier", "DBClusterIdentifier"],
            ["instance_class", "DBInstanceClass"],
            ["publicly_accessible", "PubliclyAccessible"],
            ["auto_minor_version_upgrade", "AutoMinorVersionUpgrade"],
        ],
        key: Key::Name(["identifier", "DBInstanceIdentifier"]),
    },
    Kind {
        name: "DatabaseSubnets",
        terraform: "aws_db_subnet_group",
        cloudformation: "AWS::RDS::DBSubnetGroup",
        settings: &[
            ["name", "DBSubnetGroupName"],
            ["description", "DBSubnetGroupDescription"],
            ["subnet_ids", "SubnetIds"],
        ],
        key: Key::Name(["name", "DBSubnetGroupName"]),
    },
    Kind {
        name: "Parameters",
        terraform: "aws_rds_cluster_parameter_group",
        cloudformation: "AWS::RDS::DBClusterParameterGroup",
        settings: &[
            ["name", "DBClusterParameterGroupName"],
            ["family", "Family"],
            ["description", "Description"],
            ["parameter", "Parameters"],
        ],
        key: Key::Name(["name", "DBClusterParameterGroupName"]),
    },
    Kind {
        name: "Task",
        terraform: "aws_dms_replication_task",
        cloudformation: "AWS::DMS::ReplicationTask",
        settings: &[
            ["replication_task_id", "ReplicationTaskIdentifier"],
            ["migration_type", "MigrationType"],
            ["replication_instance_arn", "ReplicationInstanceArn"],
            ["source_endpoint_arn", "SourceEndpointArn"],
            ["target_endpoint_arn", "TargetEndpointArn"],
            ["table_mappings", "TableMappings"],
            ["replication_task_settings", "ReplicationTaskSettings"],
            ["after", "after"],
        ],
        key: Key::Name(["replication_task_id", "ReplicationTaskIdentifier"]),
    },
    Kind {
        name: "Replication",
        terraform: "aws_dms_replication_config",
        cloudformation: "AWS::DMS::ReplicationConfig",
        settings: &[
            ["replication_config_identifier", "ReplicationConfigIdentifier"],
            ["replication_type", "ReplicationType"],
            ["source_endpoint_arn", "SourceEndpointArn"],
            ["target_endpoint_arn", "TargetEndpointArn"],
            ["table_mappings", "TableMappings"],
            ["replication_settings", "ReplicationSettings"],
            ["compute_config.min_capacity_units", "ComputeConfig.MinCapacityUnits"],
            ["compute_config.max_capacity_units", "ComputeConfig.MaxCapacityUnits"],
            ["compute_config.multi_az", "ComputeConfig.MultiAZ"],
            [
                "compute_config.replication_subnet_group_id",
                "ComputeConfig.ReplicationSubnetGroupId",
            ],
            ["compute_config.vpc_security_group_ids", "ComputeConfig.VpcSecurityGroupIds"],
            ["compute_config.kms_key_id", "ComputeConfig.KmsKeyId"],
            ["after", "after"],
        ],
        key: Key::Name(["replication_config_identifier", "ReplicationConfigIdentifier"]),
    },
    Kind {
        name: "ReplicationInstance",
        terraform: "aws_dms_replication_instance",
        cloudformation: "AWS::DMS::ReplicationInstance",
        settings: &[
            ["replication_instance_id", "ReplicationInstanceIdentifier"],
            ["replication_instance_class", "ReplicationInstanceClass"],
            ["allocated_storage", "AllocatedStorage"],
            ["engine_version", "EngineVersion"],
            ["auto_minor_version_upgrade", "AutoMinorVersionUpgrade"],
            ["multi_az", "MultiAZ"],
            ["publicly_accessible", "PubliclyAccessible"],
            ["replication_subnet_group_id", "ReplicationSubnetGroupIdentifier"],
            ["vpc_security_group_ids", "VpcSecurityGroupIds"],
            ["kms_key_arn", "KmsKeyId"],
        ],
        key: Key::Name(["replication_instance_id", "ReplicationInstanceIdentifier"]),
    },
    Kind {
        name: "ReplicationSubnets",
        terraform: "aws_dms_replication_subnet_group",
        cloudformation: "AWS::DMS::ReplicationSubnetGroup",
        settings: &[
            ["replication_subnet_group_id", "ReplicationSubnetGroupIdentifier"],
            ["replication_subnet_group_description", "ReplicationSubnetGroupDescription"],
            ["subnet_ids", "SubnetIds"],
        ],
        key: Key::Name(["replication_subnet_group_id", "ReplicationSubnetGroupIdentifier"]),
    },
    Kind {
        name: "ReplicationEndpoint",
        terraform: "aws_dms_endpoint",
        cloudformation: "AWS::DMS::Endpoint",
        settings: &[
            ["endpoint_id", "EndpointIdentifier"],
            ["endpoint_type", "EndpointType"],
            ["engine_name", "EngineName"],
            ["secrets_manager_access_role_arn", "MySqlSettings.SecretsManagerAccessRoleArn"],
            ["secrets_manager_arn", "MySqlSettings.SecretsManagerSecretId"],
            ["ssl_mode", "SslMode"],
            ["certificate_arn", "CertificateArn"],
            ["kinesis_settings.stream_arn", "KinesisSettings.StreamArn"],
            ["kinesis_settings.service_access_role_arn", "KinesisSettings.ServiceAccessRoleArn"],
            ["kinesis_settings.message_format", "KinesisSettings.MessageFormat"],
            ["kinesis_settings.include_null_and_empty", "KinesisSettings.IncludeNullAndEmpty"],
            ["kinesis_settings.include_partition_value", "KinesisSettings.IncludePartitionValue"],
            [
                "kinesis_settings.include_transaction_details",
                "KinesisSettings.IncludeTransactionDetails",
            ],
            [
                "kinesis_settings.partition_include_schema_table",
                "KinesisSettings.PartitionIncludeSchemaTable",
            ],
        ],
        key: Key::Name(["endpoint_id", "EndpointIdentifier"]),
    },
    Kind {
        name: "Secret",
        terraform: "aws_secretsmanager_secret",
        cloudformation: "AWS::SecretsManager::Secret",
        settings: &[["name", "Name"], ["description", "Description"], ["kms_key_id", "KmsKeyId"]],
        key: Key::Name(["name", "Name"]),
    },
];

/// Settings that are objects, of which each entry is a setting of its own.
const GROUPS: [&str; 7] = [
    "compute_config",
    "ComputeConfig",
    "kinesis_settings",
    "KinesisSettings",
    "serverlessv2_scaling_configuration",
    "ServerlessV2ScalingConfiguration",
    "MasterUserSecret",
];

/// Settings that only one language has, and what stands for them in the other.
pub(super) fn prepare(kind: &str, said: &mut Map<String, Value>) {
    for group in GROUPS.into_iter().chain(["MySqlSettings"]) {
        if let Some(Value::Object(entries)) = said.remove(group) {
            said.extend(entries.into_iter().map(|(key, value)| (format!("{group}.{key}"), value)));
        }
    }
    for document in ["TableMappings", "ReplicationTaskSettings", "ReplicationSettings"] {
        if let Some(Value::String(text)) = said.get(document) {
            let json = serde_json::from_str(text).expect("JSON");
            said.insert(document.to_owned(), json);
        }
    }
    // CloudFormation knows no other way.
    if let Some(at_once) = said.remove("apply_immediately") {
        assert_eq!(at_once, true);
    } else {
        let waits = ["cluster_identifier", "replication_instance_id"];
        assert!(!waits.iter().any(|own| said.contains_key(*own)), "{said:?}");
    }
    match kind {
        "Cluster" => {
            // A stack makes a last copy or not by its deletion policy.
            let skips = said.remove("skip_final_snapshot");
            let last = said.remove("final_snapshot_identifier");
            assert!(!(skips.is_some() && last.is_some()));
            // 8 and 8.0 are one number.
            for (_, size) in said.iter_mut().filter(|(name, _)| name.ends_with("apacity")) {
                *size = json!(size.as_f64());
            }
        }
        "Instance" => {
            let engine = said.remove("engine").or_else(|| said.remove("Engine"));
            let engine = engine.expect("an engine");
            let clusters = engine.as_str().is_some_and(|e| e.starts_with("Cluster:"));
            assert!(clusters || engine == "aurora-mysql", "{engine}");
        }
        "Task" | "Replication" => {
            let start = ["start_replication_task", "start_replication"];
            let start = start.into_iter().find_map(|name| said.remove(name));
            assert!(start.is_none_or(|start| start == "Parameter:start_capture"));
        }
        "Secret" => drop(said.remove("recovery_window_in_days")),
        _ => {}
    }
    said.remove("timeouts");
}

/// What is in a secret that CloudFormation generates.
pub(super) fn generated(secret: &Value) -> Value {
    let template = secret["SecretStringTemplate"].as_str().expect("a template");
    let mut known: Value = serde_json::from_str(template).expect("JSON");
    assert_eq!(secret["ExcludePunctuation"], true);
    let key = secret["GenerateStringKey"].as_str().expect("a key");
    known[key] = "(generated)".into();
    known
}

/// What a replication waits for, by kind and name in the text.
pub(super) fn awaited(kind: &str, logical: &str) -> Option<String> {
    let kind = match kind {
        "aws_lambda_event_source_mapping" | "Mapping" => "Mapping",
        "aws_rds_cluster_instance" | "Instance" => "Instance",
        _ => return None,
    };
    let letters = logical.replace('_', "").to_lowercase();
    Some(format!("{kind} {}", letters.replace(&kind.to_lowercase(), "")))
}

/// The attributes of a cluster that others refer to, by their names in CloudFormation.
pub(super) const ATTRIBUTES: [[&str; 2]; 3] = [
    ["Endpoint.Address", "endpoint"],
    ["ReadEndpoint.Address", "reader_endpoint"],
    ["MasterUserSecret.SecretArn", "master_user_secret"],
];

/// The parameters of a group in Terraform, as CloudFormation has them.
pub(super) fn parameter(group: &mut Map<String, Value>, block: &Value) {
    assert_eq!(block["apply_method"], "pending-reboot");
    let name = block["name"].as_str().expect("a name");
    group.entry("parameter").or_insert_with(|| json!({}))[name] = block["value"].clone();
}
