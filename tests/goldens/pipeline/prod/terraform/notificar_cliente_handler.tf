locals {
  notificar_cliente_zip = "${path.module}/../lambda/notificar_cliente.zip"
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_lambda_function" "notificar_cliente" {
  function_name    = "loja-prod-NotificarCliente"
  role             = aws_iam_role.notificar_cliente.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.notificar_cliente_zip
  source_code_hash = fileexists(local.notificar_cliente_zip) ? filebase64sha256(local.notificar_cliente_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_ESTEIRA_IDEMPOTENCY               = aws_dynamodb_table.idempotency.name
      ESTEIRA_PIPELINE_INFRA_CLIENTENOTIFICACAO = aws_sns_topic.cliente_notificacao.arn
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
    security_group_ids = [aws_security_group.notificar_cliente.id]
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.notificar_cliente.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.notificar_cliente_zip)
      error_message = "The zip of notificar_cliente is missing: run `cargo xtask build --app pipeline --stage prod`."
    }
  }

  depends_on = [
    aws_iam_role_policy.notificar_cliente,
    aws_route.rede_public,
    aws_route_table_association.rede_public_1,
    aws_route_table_association.rede_public_2,
    aws_route_table_association.rede_private_1,
    aws_route_table_association.rede_private_2,
    aws_vpc_security_group_egress_rule.notificar_cliente_to_dynamodb_443,
    aws_vpc_security_group_egress_rule.notificar_cliente_to_rede_sns_endpoint_443,
    aws_vpc_security_group_ingress_rule.notificar_cliente_to_rede_sns_endpoint_443,
    aws_vpc_endpoint.rede_dynamodb,
    aws_vpc_endpoint.rede_events,
    aws_vpc_endpoint.rede_sns,
    aws_vpc_endpoint.rede_kinesis_streams,
    aws_vpc_endpoint.rede_secretsmanager,
  ]
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_cloudwatch_log_group" "notificar_cliente" {
  name              = "/aws/lambda/loja-prod-NotificarCliente"
  retention_in_days = 365
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_iam_role" "notificar_cliente" {
  name = "loja-prod-NotificarCliente"
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

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_iam_role_policy" "notificar_cliente" {
  name = "grants"
  role = aws_iam_role.notificar_cliente.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # clientes: pipeline/src/handlers/notificar_cliente.rs:15
      {
        Sid      = "Clientes"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.cliente_notificacao.arn
      },
      # platform: Lambda keeps the events that the function fails at
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.notificar_cliente.arn
      },
      # platform: the function remembers what it has done
      {
        Sid      = "PlatformIdempotency"
        Effect   = "Allow"
        Action   = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
        Resource = aws_dynamodb_table.idempotency.arn
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.notificar_cliente.arn}:*"
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
            "lambda:SourceFunctionArn" = "arn:${data.aws_partition.current.partition}:lambda:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:function:loja-prod-NotificarCliente"
          }
        }
      },
    ]
  })
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_cloudwatch_event_rule" "notificar_cliente" {
  name           = "loja-prod-NotificarCliente"
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  event_pattern = jsonencode({
    source        = ["ecommerce.pedidos"]
    "detail-type" = ["Novo Pedido Criado"]
    detail = {
      Quantidade = [{ numeric = [">", 0] }]
    }
  })
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_cloudwatch_event_target" "notificar_cliente" {
  rule           = aws_cloudwatch_event_rule.notificar_cliente.name
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  target_id      = "loja-prod-NotificarCliente"
  arn            = aws_lambda_function.notificar_cliente.arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 86400
  }

  dead_letter_config {
    arn = aws_sqs_queue.notificar_cliente.arn
  }

  # No event meets a closed door.
  depends_on = [
    aws_lambda_permission.notificar_cliente,
    aws_lambda_function_event_invoke_config.notificar_cliente,
    aws_sqs_queue_policy.notificar_cliente,
  ]
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_lambda_permission" "notificar_cliente" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.notificar_cliente.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.notificar_cliente.arn
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_lambda_function_event_invoke_config" "notificar_cliente" {
  function_name                = aws_lambda_function.notificar_cliente.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.notificar_cliente.arn
    }
  }
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_sqs_queue" "notificar_cliente" {
  name                      = "loja-prod-NotificarCliente-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  lifecycle {
    prevent_destroy = true
  }
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_sqs_queue_policy" "notificar_cliente" {
  queue_url = aws_sqs_queue.notificar_cliente.id
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
        Resource = aws_sqs_queue.notificar_cliente.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.notificar_cliente.arn
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.notificar_cliente.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}
