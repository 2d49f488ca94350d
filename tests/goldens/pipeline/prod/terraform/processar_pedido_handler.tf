locals {
  processar_pedido_zip = "${path.module}/../lambda/processar_pedido.zip"
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_lambda_function" "processar_pedido" {
  function_name                  = "loja-prod-ProcessarPedido"
  role                           = aws_iam_role.processar_pedido.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = local.processar_pedido_zip
  source_code_hash               = fileexists(local.processar_pedido_zip) ? filebase64sha256(local.processar_pedido_zip) : null
  memory_size                    = 512
  timeout                        = 30
  reserved_concurrent_executions = 10

  environment {
    variables = {
      ESTEIRA_PIPELINE_INFRA_ECOMMERCE = aws_cloudwatch_event_bus.ecommerce.name
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
    security_group_ids = [aws_security_group.processar_pedido.id]
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.processar_pedido.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.processar_pedido_zip)
      error_message = "The zip of processar_pedido is missing: run `cargo xtask build --app pipeline --stage prod`."
    }
  }

  depends_on = [
    aws_iam_role_policy.processar_pedido,
    aws_route.rede_public,
    aws_route_table_association.rede_public_1,
    aws_route_table_association.rede_public_2,
    aws_route_table_association.rede_private_1,
    aws_route_table_association.rede_private_2,
    aws_vpc_security_group_egress_rule.processar_pedido_to_rede_events_endpoint_443,
    aws_vpc_security_group_ingress_rule.processar_pedido_to_rede_events_endpoint_443,
    aws_vpc_endpoint.rede_dynamodb,
    aws_vpc_endpoint.rede_events,
    aws_vpc_endpoint.rede_sns,
    aws_vpc_endpoint.rede_kinesis_streams,
    aws_vpc_endpoint.rede_secretsmanager,
    aws_cloudwatch_event_target.atualizar_estoque,
    aws_lambda_permission.atualizar_estoque,
    aws_lambda_function_event_invoke_config.atualizar_estoque,
    aws_sqs_queue_policy.atualizar_estoque,
    aws_cloudwatch_event_target.estornar_estoque,
    aws_lambda_permission.estornar_estoque,
    aws_lambda_function_event_invoke_config.estornar_estoque,
    aws_sqs_queue_policy.estornar_estoque,
    aws_cloudwatch_event_target.notificar_cliente,
    aws_lambda_permission.notificar_cliente,
    aws_lambda_function_event_invoke_config.notificar_cliente,
    aws_sqs_queue_policy.notificar_cliente,
  ]
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_cloudwatch_log_group" "processar_pedido" {
  name              = "/aws/lambda/loja-prod-ProcessarPedido"
  retention_in_days = 365
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_iam_role" "processar_pedido" {
  name = "loja-prod-ProcessarPedido"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {
          Service = "lambda.amazonaws.com"
        }
      },
    ]
  })
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_iam_role_policy" "processar_pedido" {
  name = "grants"
  role = aws_iam_role.processar_pedido.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # novos: pipeline/src/handlers/processar_pedido.rs:13
      {
        Sid      = "Novos"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = aws_cloudwatch_event_bus.ecommerce.arn
        Condition = {
          StringEquals = {
            "events:source"      = "ecommerce.pedidos"
            "events:detail-type" = "Novo Pedido Criado"
          }
        }
      },
      # cancelados: pipeline/src/handlers/processar_pedido.rs:14
      {
        Sid      = "Cancelados"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = aws_cloudwatch_event_bus.ecommerce.arn
        Condition = {
          StringEquals = {
            "events:source"      = "ecommerce.pedidos"
            "events:detail-type" = "Pedido Cancelado"
          }
        }
      },
      # platform: Lambda polls the stream
      {
        Sid    = "PlatformPolling"
        Effect = "Allow"
        Action = [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ]
        Resource = aws_kinesis_stream.pedidos_stream.arn
      },
      # platform: Lambda keeps the records that it gives up on
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.failures.arn}/*"
        Condition = {
          StringEquals = {
            "s3:ResourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      # platform: Lambda looks for the bucket it keeps them in
      {
        Sid      = "PlatformFailureBucket"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.failures.arn
        Condition = {
          StringEquals = {
            "s3:ResourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.processar_pedido.arn}:*"
      },
      # platform: Lambda sends traces; X-Ray has no resource to name here
      {
        Sid      = "PlatformTracing"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = "*"
      },
      # platform: Lambda manages the network interfaces in the VPC; they have no names before
      {
        Sid    = "PlatformNetwork"
        Effect = "Allow"
        Action = [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      },
      # platform: the function's own code manages none of them
      {
        Sid    = "PlatformNetworkOnly"
        Effect = "Deny"
        Action = [
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:DeleteNetworkInterface",
          "ec2:AssignPrivateIpAddresses",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
        Condition = {
          ArnEquals = {
            "lambda:SourceFunctionArn" = "arn:${data.aws_partition.current.partition}:lambda:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:function:loja-prod-ProcessarPedido"
          }
        }
      },
    ]
  })
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_lambda_event_source_mapping" "processar_pedido" {
  event_source_arn                   = aws_kinesis_stream.pedidos_stream.arn
  function_name                      = aws_lambda_function.processar_pedido.arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 100
  maximum_batching_window_in_seconds = 0
  parallelization_factor             = 1
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 86400
  bisect_batch_on_function_error     = true
  function_response_types            = ["ReportBatchItemFailures"]

  destination_config {
    on_failure {
      destination_arn = aws_s3_bucket.failures.arn
    }
  }

  # An event without its rule, or that fails before its queue is open, is lost: these
  # exist before the first record is read.
  depends_on = [
    aws_cloudwatch_event_target.atualizar_estoque,
    aws_lambda_permission.atualizar_estoque,
    aws_lambda_function_event_invoke_config.atualizar_estoque,
    aws_sqs_queue_policy.atualizar_estoque,
    aws_cloudwatch_event_target.estornar_estoque,
    aws_lambda_permission.estornar_estoque,
    aws_lambda_function_event_invoke_config.estornar_estoque,
    aws_sqs_queue_policy.estornar_estoque,
    aws_cloudwatch_event_target.notificar_cliente,
    aws_lambda_permission.notificar_cliente,
    aws_lambda_function_event_invoke_config.notificar_cliente,
    aws_sqs_queue_policy.notificar_cliente,
  ]
}
