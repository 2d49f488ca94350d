locals {
  notificar_cliente_zip = "${path.module}/../lambda/notificar_cliente.zip"
}

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_lambda_function" "notificar_cliente" {
  function_name    = "dev-NotificarCliente"
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
      ESTEIRA_PIPELINE_INFRA_CLIENTENOTIFICACAO = aws_sns_topic.cliente_notificacao.arn
    }
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
      error_message = "The zip of notificar_cliente is missing: run `cargo xtask build --app pipeline --stage dev`."
    }
  }

  depends_on = [aws_iam_role_policy.notificar_cliente]
}

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_cloudwatch_log_group" "notificar_cliente" {
  name              = "/aws/lambda/dev-NotificarCliente"
  retention_in_days = 30
}

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_iam_role" "notificar_cliente" {
  name = "dev-NotificarCliente"
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

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_iam_role_policy" "notificar_cliente" {
  name = "grants"
  role = aws_iam_role.notificar_cliente.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # clientes: pipeline/src/handlers/notificar_cliente.rs:8
      {
        Sid      = "Clientes"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.cliente_notificacao.arn
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
    ]
  })
}

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_cloudwatch_event_rule" "notificar_cliente" {
  name           = "dev-NotificarCliente"
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  event_pattern = jsonencode({
    source        = ["ecommerce.pedidos"]
    "detail-type" = ["Novo Pedido Criado"]
    detail = {
      Quantidade = [{ numeric = [">", 0] }]
    }
  })
}

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_cloudwatch_event_target" "notificar_cliente" {
  rule           = aws_cloudwatch_event_rule.notificar_cliente.name
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  target_id      = "dev-NotificarCliente"
  arn            = aws_lambda_function.notificar_cliente.arn
}

# pipeline/src/handlers/notificar_cliente.rs:8
resource "aws_lambda_permission" "notificar_cliente" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.notificar_cliente.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.notificar_cliente.arn
}
