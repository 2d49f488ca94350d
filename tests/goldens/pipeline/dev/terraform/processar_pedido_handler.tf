locals {
  processar_pedido_zip = "${path.module}/../lambda/processar_pedido.zip"
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_lambda_function" "processar_pedido" {
  function_name    = "dev-ProcessarPedido"
  role             = aws_iam_role.processar_pedido.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.processar_pedido_zip
  source_code_hash = fileexists(local.processar_pedido_zip) ? filebase64sha256(local.processar_pedido_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_PIPELINE_INFRA_ECOMMERCE = aws_cloudwatch_event_bus.ecommerce.name
    }
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
      error_message = "The zip of processar_pedido is missing: run `cargo xtask build --app pipeline --stage dev`."
    }
  }

  depends_on = [aws_iam_role_policy.processar_pedido]
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_cloudwatch_log_group" "processar_pedido" {
  name              = "/aws/lambda/dev-ProcessarPedido"
  retention_in_days = 30
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_iam_role" "processar_pedido" {
  name = "dev-ProcessarPedido"
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
    ]
  })
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_lambda_event_source_mapping" "processar_pedido" {
  event_source_arn               = aws_kinesis_stream.pedidos_stream.arn
  function_name                  = aws_lambda_function.processar_pedido.arn
  starting_position              = "TRIM_HORIZON"
  batch_size                     = 100
  bisect_batch_on_function_error = true
  function_response_types        = ["ReportBatchItemFailures"]
  # An event without its rule is lost: these exist before the first record is read.
  depends_on = [
    aws_cloudwatch_event_target.atualizar_estoque,
    aws_lambda_permission.atualizar_estoque,
    aws_cloudwatch_event_target.estornar_estoque,
    aws_lambda_permission.estornar_estoque,
    aws_cloudwatch_event_target.notificar_cliente,
    aws_lambda_permission.notificar_cliente,
  ]
}
