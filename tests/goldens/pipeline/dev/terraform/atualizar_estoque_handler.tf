locals {
  atualizar_estoque_zip = "${path.module}/../lambda/atualizar_estoque.zip"
}

# pipeline/src/handlers/atualizar_estoque.rs:11
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

  depends_on = [aws_iam_role_policy.atualizar_estoque]
}

# pipeline/src/handlers/atualizar_estoque.rs:11
resource "aws_cloudwatch_log_group" "atualizar_estoque" {
  name              = "/aws/lambda/dev-AtualizarEstoque"
  retention_in_days = 30
}

# pipeline/src/handlers/atualizar_estoque.rs:11
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

# pipeline/src/handlers/atualizar_estoque.rs:11
resource "aws_iam_role_policy" "atualizar_estoque" {
  name = "grants"
  role = aws_iam_role.atualizar_estoque.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # movimentos: pipeline/src/handlers/atualizar_estoque.rs:13
      {
        Sid      = "Movimentos"
        Effect   = "Allow"
        Action   = "dynamodb:PutItem"
        Resource = aws_dynamodb_table.inventario.arn
      },
      # estoque: pipeline/src/handlers/atualizar_estoque.rs:14
      {
        Sid      = "Estoque"
        Effect   = "Allow"
        Action   = "dynamodb:UpdateItem"
        Resource = aws_dynamodb_table.inventario.arn
      },
      # rejeitados: pipeline/src/handlers/atualizar_estoque.rs:15
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
    ]
  })
}

# pipeline/src/handlers/atualizar_estoque.rs:11
resource "aws_cloudwatch_event_rule" "atualizar_estoque" {
  name           = "dev-AtualizarEstoque"
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  event_pattern = jsonencode({
    source        = ["ecommerce.pedidos"]
    "detail-type" = ["Novo Pedido Criado"]
  })
}

# pipeline/src/handlers/atualizar_estoque.rs:11
resource "aws_cloudwatch_event_target" "atualizar_estoque" {
  rule           = aws_cloudwatch_event_rule.atualizar_estoque.name
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  target_id      = "dev-AtualizarEstoque"
  arn            = aws_lambda_function.atualizar_estoque.arn
}

# pipeline/src/handlers/atualizar_estoque.rs:11
resource "aws_lambda_permission" "atualizar_estoque" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.atualizar_estoque.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.atualizar_estoque.arn
}
