variable "start_capture" {
  description = "Whether the captures run. False for the first apply alone: the database has to let them in before they start. A running one that is switched off loses nothing while the binlog is kept."
  type        = bool
  default     = true
}

variable "create_dms_roles" {
  description = "Whether to create the two roles that DMS looks for, of which an account has one each. True in the stage that created them, and in that one from then on."
  type        = bool
  default     = false
}

# src/ledger.rs:20
resource "aws_iam_role" "dms_vpc_role" {
  count = var.create_dms_roles ? 1 : 0
  name  = "dms-vpc-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {
          Service = "dms.amazonaws.com"
        }
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })

  lifecycle {
    # Other stages of the account need it: before this one is destroyed, `terraform state rm` it.
    prevent_destroy = true
  }
}

# src/ledger.rs:20
resource "aws_iam_role_policy_attachment" "dms_vpc_role" {
  count      = var.create_dms_roles ? 1 : 0
  role       = aws_iam_role.dms_vpc_role[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"

  lifecycle {
    # Other stages of the account need it: before this one is destroyed, `terraform state rm` it.
    prevent_destroy = true
  }
}

# src/ledger.rs:20
resource "aws_iam_role" "dms_cloudwatch_logs_role" {
  count = var.create_dms_roles ? 1 : 0
  name  = "dms-cloudwatch-logs-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {
          Service = "dms.amazonaws.com"
        }
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })

  lifecycle {
    # Other stages of the account need it: before this one is destroyed, `terraform state rm` it.
    prevent_destroy = true
  }
}

# src/ledger.rs:20
resource "aws_iam_role_policy_attachment" "dms_cloudwatch_logs_role" {
  count      = var.create_dms_roles ? 1 : 0
  role       = aws_iam_role.dms_cloudwatch_logs_role[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonDMSCloudWatchLogsRole"

  lifecycle {
    # Other stages of the account need it: before this one is destroyed, `terraform state rm` it.
    prevent_destroy = true
  }
}

# src/ledger.rs:20
resource "aws_dms_replication_task" "ledger_capture" {
  replication_task_id      = "dev-ledgercapture"
  migration_type           = "cdc"
  replication_instance_arn = aws_dms_replication_instance.ledger_capture.replication_instance_arn
  source_endpoint_arn      = aws_dms_endpoint.ledger_capture_source.endpoint_arn
  target_endpoint_arn      = aws_dms_endpoint.ledger_capture_target.endpoint_arn
  table_mappings = jsonencode({
    rules = [
      {
        "rule-type"   = "selection"
        "rule-id"     = "1"
        "rule-name"   = "1"
        "rule-action" = "include"
        "object-locator" = {
          "schema-name" = "post"
          "table-name"  = "parcels"
        }
      },
      {
        "rule-type"   = "object-mapping"
        "rule-id"     = "2"
        "rule-name"   = "2"
        "rule-action" = "map-record-to-record"
        "object-locator" = {
          "schema-name" = "post"
          "table-name"  = "parcels"
        }
        "mapping-parameters" = {
          "partition-key-type" = "primary-key"
        }
      },
      {
        "rule-type"   = "transformation"
        "rule-id"     = "3"
        "rule-name"   = "3"
        "rule-action" = "change-data-type"
        "object-locator" = {
          "schema-name" = "post"
          "table-name"  = "parcels"
          "column-name" = "id"
        }
        "rule-target" = "column"
        "data-type" = {
          type   = "string"
          length = 67
        }
      },
      {
        "rule-type"   = "transformation"
        "rule-id"     = "4"
        "rule-name"   = "4"
        "rule-action" = "change-data-type"
        "object-locator" = {
          "schema-name" = "post"
          "table-name"  = "parcels"
          "column-name" = "postage"
        }
        "rule-target" = "column"
        "data-type" = {
          type   = "string"
          length = 67
        }
      },
      {
        "rule-type"   = "transformation"
        "rule-id"     = "5"
        "rule-name"   = "5"
        "rule-action" = "change-data-type"
        "object-locator" = {
          "schema-name" = "post"
          "table-name"  = "parcels"
          "column-name" = "tracking"
        }
        "rule-target" = "column"
        "data-type" = {
          type   = "string"
          length = 67
        }
      },
      {
        "rule-type"   = "selection"
        "rule-id"     = "6"
        "rule-name"   = "6"
        "rule-action" = "include"
        "object-locator" = {
          "schema-name" = "billing"
          "table-name"  = "invoices"
        }
      },
      {
        "rule-type"   = "object-mapping"
        "rule-id"     = "7"
        "rule-name"   = "7"
        "rule-action" = "map-record-to-record"
        "object-locator" = {
          "schema-name" = "billing"
          "table-name"  = "invoices"
        }
        "mapping-parameters" = {
          "partition-key-type" = "primary-key"
        }
      },
      {
        "rule-type"   = "transformation"
        "rule-id"     = "8"
        "rule-name"   = "8"
        "rule-action" = "change-data-type"
        "object-locator" = {
          "schema-name" = "billing"
          "table-name"  = "invoices"
          "column-name" = "total"
        }
        "rule-target" = "column"
        "data-type" = {
          type   = "string"
          length = 67
        }
      },
    ]
  })
  replication_task_settings = jsonencode({
    TargetMetadata = {
      SupportLobs        = true
      FullLobMode        = false
      LimitedSizeLobMode = true
      LobMaxSize         = 32
      BatchApplyEnabled  = false
    }
    BeforeImageSettings = {
      EnableBeforeImage = true
      FieldName         = "before-image"
      ColumnFilter      = "all"
    }
    ErrorBehavior = {
      ApplyErrorDeletePolicy                      = "STOP_TASK"
      ApplyErrorEscalationPolicy                  = "STOP_TASK"
      ApplyErrorInsertPolicy                      = "STOP_TASK"
      ApplyErrorUpdatePolicy                      = "STOP_TASK"
      DataErrorEscalationPolicy                   = "STOP_TASK"
      DataErrorPolicy                             = "STOP_TASK"
      DataTruncationErrorPolicy                   = "STOP_TASK"
      TableErrorEscalationPolicy                  = "STOP_TASK"
      TableErrorPolicy                            = "STOP_TASK"
      FailOnNoTablesCaptured                      = true
      RecoverableErrorCount                       = -1
      RecoverableErrorStopRetryAfterThrottlingMax = false
    }
    Logging = {
      EnableLogging = true
      LogComponents = [
        {
          Id       = "SOURCE_CAPTURE"
          Severity = "LOGGER_SEVERITY_DEFAULT"
        },
        {
          Id       = "SOURCE_UNLOAD"
          Severity = "LOGGER_SEVERITY_DEFAULT"
        },
        {
          Id       = "TARGET_APPLY"
          Severity = "LOGGER_SEVERITY_DEFAULT"
        },
        {
          Id       = "TARGET_LOAD"
          Severity = "LOGGER_SEVERITY_DEFAULT"
        },
      ]
    }
  })
  start_replication_task = var.start_capture
  # Who reads the stream is there before the first change, and so is the way to it.
  depends_on = [
    aws_lambda_event_source_mapping.bill,
    aws_lambda_event_source_mapping.weigh,
    aws_vpc_security_group_egress_rule.ledger_capture_replication_to_ledger_3307,
    aws_vpc_security_group_egress_rule.ledger_capture_replication_to_network_kinesis_streams_endpoint_443,
    aws_vpc_security_group_ingress_rule.ledger_capture_replication_to_network_kinesis_streams_endpoint_443,
    aws_vpc_security_group_egress_rule.ledger_capture_replication_to_network_secretsmanager_endpoint_443,
    aws_vpc_security_group_ingress_rule.ledger_capture_replication_to_network_secretsmanager_endpoint_443,
    aws_vpc_endpoint.network_kinesis_streams,
    aws_vpc_endpoint.network_secretsmanager,
  ]
}

# src/ledger.rs:20
resource "aws_dms_replication_instance" "ledger_capture" {
  replication_instance_id     = "dev-ledgercapture"
  replication_instance_class  = "dms.t3.medium"
  allocated_storage           = 50
  apply_immediately           = true
  auto_minor_version_upgrade  = true
  multi_az                    = false
  publicly_accessible         = false
  replication_subnet_group_id = aws_dms_replication_subnet_group.ledger_capture_replication.id
  vpc_security_group_ids      = [aws_security_group.ledger_capture_replication.id]

  timeouts {
    create = "60m"
    update = "60m"
    delete = "60m"
  }
}

# src/ledger.rs:20
resource "aws_dms_replication_subnet_group" "ledger_capture_replication" {
  replication_subnet_group_id          = "dev-ledgercapture-replication"
  replication_subnet_group_description = "Private subnets of dev-ledgercapture"
  subnet_ids                           = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  # DMS needs its roles to make it, and to remove it.
  depends_on = [
    aws_iam_role_policy_attachment.dms_vpc_role,
    aws_iam_role_policy_attachment.dms_cloudwatch_logs_role,
  ]
}

# src/ledger.rs:20
resource "aws_dms_endpoint" "ledger_capture_source" {
  endpoint_id                     = "dev-ledgercapture-source"
  endpoint_type                   = "source"
  engine_name                     = "aurora"
  secrets_manager_access_role_arn = aws_iam_role.ledger_capture_source.arn
  secrets_manager_arn             = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:ledger/dms-AbCdEf"
  ssl_mode                        = "none"
  depends_on                      = [aws_iam_role_policy.ledger_capture_source]
}

# src/ledger.rs:20
resource "aws_dms_endpoint" "ledger_capture_target" {
  endpoint_id   = "dev-ledgercapture-target"
  endpoint_type = "target"
  engine_name   = "kinesis"

  kinesis_settings {
    stream_arn                     = aws_kinesis_stream.parcels.arn
    service_access_role_arn        = aws_iam_role.ledger_capture_target.arn
    message_format                 = "json"
    include_null_and_empty         = true
    include_partition_value        = true
    include_transaction_details    = true
    partition_include_schema_table = true
  }

  depends_on = [aws_iam_role_policy.ledger_capture_target]
}

# src/ledger.rs:20
resource "aws_iam_role" "ledger_capture_source" {
  name = "dev-ledgercapture-source"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {
          Service = "dms.${data.aws_region.current.name}.amazonaws.com"
        }
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

# src/ledger.rs:20
resource "aws_iam_role_policy" "ledger_capture_source" {
  name = "grants"
  role = aws_iam_role.ledger_capture_source.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Secret"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:ledger/dms-AbCdEf"
      },
      {
        Sid      = "SecretKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey"]
        Resource = "arn:aws:kms:sa-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      },
    ]
  })
}

# src/ledger.rs:20
resource "aws_iam_role" "ledger_capture_target" {
  name = "dev-ledgercapture-target"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {
          Service = "dms.amazonaws.com"
        }
        Condition = {
          StringEquals = {
            "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
    ]
  })
}

# src/ledger.rs:20
resource "aws_iam_role_policy" "ledger_capture_target" {
  name = "grants"
  role = aws_iam_role.ledger_capture_target.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Stream"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"]
        Resource = aws_kinesis_stream.parcels.arn
      },
    ]
  })
}
