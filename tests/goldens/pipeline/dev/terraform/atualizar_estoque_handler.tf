locals {
  atualizar_estoque_zip = "${path.module}/../lambda/atualizar_estoque.zip"
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_lambda_function" "atualizar_estoque" {
  function_name    = "dev-AtualizarEstoque"
  role             = aws_iam_role.atualizar_estoque.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.atualizar_estoque_zip
  source_code_hash = fileexists(local.atualizar_estoque_zip) ? filebase64sha256(local.atualizar_estoque_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_PIPELINE_INFRA_ECOMMERCE       = aws_cloudwatch_event_bus.ecommerce.name
      ESTEIRA_PIPELINE_INVENTARIO_INVENTARIO = aws_dynamodb_table.inventario.name
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
    security_group_ids = [aws_security_group.atualizar_estoque.id]
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.atualizar_estoque.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.atualizar_estoque_zip)
      error_message = "The zip of atualizar_estoque is missing: run `cargo xtask build --app pipeline --stage dev`."
    }
  }

  depends_on = [
    aws_iam_role_policy.atualizar_estoque,
    aws_route.rede_public,
    aws_route_table_association.rede_public_1,
    aws_route_table_association.rede_public_2,
    aws_route_table_association.rede_private_1,
    aws_route_table_association.rede_private_2,
    aws_vpc_security_group_egress_rule.atualizar_estoque_to_dynamodb_443,
    aws_vpc_security_group_egress_rule.atualizar_estoque_to_rede_events_endpoint_443,
    aws_vpc_security_group_ingress_rule.atualizar_estoque_to_rede_events_endpoint_443,
    aws_vpc_endpoint.rede_dynamodb,
    aws_vpc_endpoint.rede_events,
    aws_vpc_endpoint.rede_sns,
    aws_vpc_endpoint.rede_kinesis_streams,
    aws_vpc_endpoint.rede_secretsmanager,
  ]
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_cloudwatch_log_group" "atualizar_estoque" {
  name              = "/aws/lambda/dev-AtualizarEstoque"
  retention_in_days = 30
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_iam_role" "atualizar_estoque" {
  name = "dev-AtualizarEstoque"
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

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_iam_role_policy" "atualizar_estoque" {
  name = "grants"
  role = aws_iam_role.atualizar_estoque.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # movimentos: pipeline/src/handlers/atualizar_estoque.rs:14
      {
        Sid      = "Movimentos"
        Effect   = "Allow"
        Action   = "dynamodb:PutItem"
        Resource = aws_dynamodb_table.inventario.arn
      },
      # estoque: pipeline/src/handlers/atualizar_estoque.rs:15
      {
        Sid      = "Estoque"
        Effect   = "Allow"
        Action   = "dynamodb:UpdateItem"
        Resource = aws_dynamodb_table.inventario.arn
      },
      # rejeitados: pipeline/src/handlers/atualizar_estoque.rs:16
      {
        Sid      = "Rejeitados"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = aws_cloudwatch_event_bus.ecommerce.arn
        Condition = {
          StringEquals = {
            "events:source"      = "ecommerce.estoque"
            "events:detail-type" = "Pedido Rejeitado"
          }
        }
      },
      # platform: Lambda keeps the events that the function fails at
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.atualizar_estoque.arn
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.atualizar_estoque.arn}:*"
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
            "lambda:SourceFunctionArn" = "arn:${data.aws_partition.current.partition}:lambda:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:function:dev-AtualizarEstoque"
          }
        }
      },
    ]
  })
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_cloudwatch_event_rule" "atualizar_estoque" {
  name           = "dev-AtualizarEstoque"
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  event_pattern = jsonencode({
    source        = ["ecommerce.pedidos"]
    "detail-type" = ["Novo Pedido Criado"]
  })
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_cloudwatch_event_target" "atualizar_estoque" {
  rule           = aws_cloudwatch_event_rule.atualizar_estoque.name
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  target_id      = "dev-AtualizarEstoque"
  arn            = aws_lambda_function.atualizar_estoque.arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 86400
  }

  dead_letter_config {
    arn = aws_sqs_queue.atualizar_estoque.arn
  }

  # No event meets a closed door.
  depends_on = [
    aws_lambda_permission.atualizar_estoque,
    aws_lambda_function_event_invoke_config.atualizar_estoque,
    aws_sqs_queue_policy.atualizar_estoque,
  ]
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_lambda_permission" "atualizar_estoque" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.atualizar_estoque.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.atualizar_estoque.arn
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_lambda_function_event_invoke_config" "atualizar_estoque" {
  function_name                = aws_lambda_function.atualizar_estoque.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.atualizar_estoque.arn
    }
  }
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_sqs_queue" "atualizar_estoque" {
  name                      = "dev-AtualizarEstoque-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_sqs_queue_policy" "atualizar_estoque" {
  queue_url = aws_sqs_queue.atualizar_estoque.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Bus"
        Effect = "Allow"
        Principal = {
          Service = "events.amazonaws.com"
        }
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.atualizar_estoque.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.atualizar_estoque.arn
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.atualizar_estoque.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}
