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

# pipeline/src/infra.rs:20
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

# pipeline/src/infra.rs:20
resource "aws_iam_role_policy_attachment" "dms_vpc_role" {
  count      = var.create_dms_roles ? 1 : 0
  role       = aws_iam_role.dms_vpc_role[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"

  lifecycle {
    # Other stages of the account need it: before this one is destroyed, `terraform state rm` it.
    prevent_destroy = true
  }
}

# pipeline/src/infra.rs:20
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

# pipeline/src/infra.rs:20
resource "aws_iam_role_policy_attachment" "dms_cloudwatch_logs_role" {
  count      = var.create_dms_roles ? 1 : 0
  role       = aws_iam_role.dms_cloudwatch_logs_role[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonDMSCloudWatchLogsRole"

  lifecycle {
    # Other stages of the account need it: before this one is destroyed, `terraform state rm` it.
    prevent_destroy = true
  }
}

# pipeline/src/infra.rs:20
resource "aws_dms_replication_task" "captura_de_pedidos" {
  replication_task_id      = "loja-prod-capturadepedidos"
  migration_type           = "cdc"
  replication_instance_arn = aws_dms_replication_instance.captura_de_pedidos.replication_instance_arn
  source_endpoint_arn      = aws_dms_endpoint.captura_de_pedidos_source.endpoint_arn
  target_endpoint_arn      = aws_dms_endpoint.captura_de_pedidos_target.endpoint_arn
  table_mappings = jsonencode({
    rules = [
      {
        "rule-type"   = "selection"
        "rule-id"     = "1"
        "rule-name"   = "1"
        "rule-action" = "include"
        "object-locator" = {
          "schema-name" = "ecommerce"
          "table-name"  = "pedidos"
        }
      },
      {
        "rule-type"   = "object-mapping"
        "rule-id"     = "2"
        "rule-name"   = "2"
        "rule-action" = "map-record-to-record"
        "object-locator" = {
          "schema-name" = "ecommerce"
          "table-name"  = "pedidos"
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
          "schema-name" = "ecommerce"
          "table-name"  = "pedidos"
          "column-name" = "id"
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
    aws_lambda_event_source_mapping.processar_pedido,
    aws_rds_cluster_instance.loja_1,
    aws_rds_cluster_instance.loja_2,
    aws_route.rede_public,
    aws_route_table_association.rede_public_1,
    aws_route_table_association.rede_public_2,
    aws_route_table_association.rede_private_1,
    aws_route_table_association.rede_private_2,
    aws_vpc_security_group_egress_rule.captura_de_pedidos_replication_to_loja_3306,
    aws_vpc_security_group_ingress_rule.captura_de_pedidos_replication_to_loja_3306,
    aws_vpc_security_group_egress_rule.captura_de_pedidos_replication_to_rede_kinesis_streams_endpoint_443,
    aws_vpc_security_group_ingress_rule.captura_de_pedidos_replication_to_rede_kinesis_streams_endpoint_443,
    aws_vpc_security_group_egress_rule.captura_de_pedidos_replication_to_rede_secretsmanager_endpoint_443,
    aws_vpc_security_group_ingress_rule.captura_de_pedidos_replication_to_rede_secretsmanager_endpoint_443,
    aws_vpc_endpoint.rede_dynamodb,
    aws_vpc_endpoint.rede_events,
    aws_vpc_endpoint.rede_sns,
    aws_vpc_endpoint.rede_kinesis_streams,
    aws_vpc_endpoint.rede_secretsmanager,
  ]
}

# pipeline/src/infra.rs:20
resource "aws_dms_replication_instance" "captura_de_pedidos" {
  replication_instance_id     = "loja-prod-capturadepedidos"
  replication_instance_class  = "dms.t3.medium"
  allocated_storage           = 50
  apply_immediately           = true
  auto_minor_version_upgrade  = true
  multi_az                    = true
  publicly_accessible         = false
  replication_subnet_group_id = aws_dms_replication_subnet_group.captura_de_pedidos_replication.id
  vpc_security_group_ids      = [aws_security_group.captura_de_pedidos_replication.id]

  timeouts {
    create = "60m"
    update = "60m"
    delete = "60m"
  }
}

# pipeline/src/infra.rs:20
resource "aws_dms_replication_subnet_group" "captura_de_pedidos_replication" {
  replication_subnet_group_id          = "loja-prod-capturadepedidos-replication"
  replication_subnet_group_description = "Private subnets of loja-prod-capturadepedidos"
  subnet_ids                           = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
  # DMS needs its roles to make it, and to remove it.
  depends_on = [
    aws_iam_role_policy_attachment.dms_vpc_role,
    aws_iam_role_policy_attachment.dms_cloudwatch_logs_role,
  ]
}

# pipeline/src/infra.rs:20
resource "aws_dms_endpoint" "captura_de_pedidos_source" {
  endpoint_id                     = "loja-prod-capturadepedidos-source"
  endpoint_type                   = "source"
  engine_name                     = "aurora"
  secrets_manager_access_role_arn = aws_iam_role.captura_de_pedidos_source.arn
  secrets_manager_arn             = aws_secretsmanager_secret_version.captura_de_pedidos_source.arn
  ssl_mode                        = "none"
  depends_on                      = [aws_iam_role_policy.captura_de_pedidos_source]
}

# pipeline/src/infra.rs:20
resource "aws_dms_endpoint" "captura_de_pedidos_target" {
  endpoint_id   = "loja-prod-capturadepedidos-target"
  endpoint_type = "target"
  engine_name   = "kinesis"

  kinesis_settings {
    stream_arn                     = aws_kinesis_stream.pedidos_stream.arn
    service_access_role_arn        = aws_iam_role.captura_de_pedidos_target.arn
    message_format                 = "json"
    include_null_and_empty         = true
    include_partition_value        = true
    include_transaction_details    = true
    partition_include_schema_table = true
  }

  depends_on = [aws_iam_role_policy.captura_de_pedidos_target]
}

# pipeline/src/infra.rs:20
resource "aws_iam_role" "captura_de_pedidos_source" {
  name = "loja-prod-capturadepedidos-source"
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

# pipeline/src/infra.rs:20
resource "aws_iam_role_policy" "captura_de_pedidos_source" {
  name = "grants"
  role = aws_iam_role.captura_de_pedidos_source.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Secret"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = aws_secretsmanager_secret.captura_de_pedidos_source.arn
      },
    ]
  })
}

# pipeline/src/infra.rs:20
resource "aws_iam_role" "captura_de_pedidos_target" {
  name = "loja-prod-capturadepedidos-target"
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

# pipeline/src/infra.rs:20
resource "aws_iam_role_policy" "captura_de_pedidos_target" {
  name = "grants"
  role = aws_iam_role.captura_de_pedidos_target.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Stream"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"]
        Resource = aws_kinesis_stream.pedidos_stream.arn
      },
    ]
  })
}

# pipeline/src/infra.rs:20
resource "aws_secretsmanager_secret" "captura_de_pedidos_source" {
  name        = "loja-prod-capturadepedidos-source"
  description = "How loja-prod-capturadepedidos signs in to its database"
}

data "aws_secretsmanager_random_password" "captura_de_pedidos_source" {
  password_length     = 32
  exclude_punctuation = true
}

# pipeline/src/infra.rs:20
# The password is in Terraform's state too.
resource "aws_secretsmanager_secret_version" "captura_de_pedidos_source" {
  secret_id = aws_secretsmanager_secret.captura_de_pedidos_source.id
  secret_string = jsonencode({
    username = "dms_captura_de_pedidos"
    password = data.aws_secretsmanager_random_password.captura_de_pedidos_source.random_password
    host     = aws_rds_cluster.loja.endpoint
    port     = 3306
  })

  lifecycle {
    # Every plan reads another password.
    ignore_changes = [secret_string]
    # Another cluster has another host, and nobody signs in to it yet.
    replace_triggered_by = [aws_rds_cluster.loja.endpoint]
  }
}
