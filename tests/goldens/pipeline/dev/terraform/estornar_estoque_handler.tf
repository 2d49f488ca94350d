locals {
  estornar_estoque_zip = "${path.module}/../lambda/estornar_estoque.zip"
}

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_lambda_function" "estornar_estoque" {
  function_name    = "dev-EstornarEstoque"
  role             = aws_iam_role.estornar_estoque.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.estornar_estoque_zip
  source_code_hash = fileexists(local.estornar_estoque_zip) ? filebase64sha256(local.estornar_estoque_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_PIPELINE_INVENTARIO_INVENTARIO = aws_dynamodb_table.inventario.name
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.estornar_estoque.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.estornar_estoque_zip)
      error_message = "The zip of estornar_estoque is missing: run `cargo xtask build --app pipeline --stage dev`."
    }
  }

  depends_on = [aws_iam_role_policy.estornar_estoque]
}

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_cloudwatch_log_group" "estornar_estoque" {
  name              = "/aws/lambda/dev-EstornarEstoque"
  retention_in_days = 30
}

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_iam_role" "estornar_estoque" {
  name = "dev-EstornarEstoque"
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

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_iam_role_policy" "estornar_estoque" {
  name = "grants"
  role = aws_iam_role.estornar_estoque.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # lapides: pipeline/src/handlers/estornar_estoque.rs:13
      {
        Sid      = "Lapides"
        Effect   = "Allow"
        Action   = "dynamodb:PutItem"
        Resource = aws_dynamodb_table.inventario.arn
      },
      # estoque: pipeline/src/handlers/estornar_estoque.rs:14
      {
        Sid      = "Estoque"
        Effect   = "Allow"
        Action   = "dynamodb:UpdateItem"
        Resource = aws_dynamodb_table.inventario.arn
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.estornar_estoque.arn}:*"
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

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_cloudwatch_event_rule" "estornar_estoque" {
  name           = "dev-EstornarEstoque"
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  event_pattern = jsonencode({
    source        = ["ecommerce.pedidos"]
    "detail-type" = ["Pedido Cancelado"]
  })
}

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_cloudwatch_event_target" "estornar_estoque" {
  rule           = aws_cloudwatch_event_rule.estornar_estoque.name
  event_bus_name = aws_cloudwatch_event_bus.ecommerce.name
  target_id      = "dev-EstornarEstoque"
  arn            = aws_lambda_function.estornar_estoque.arn
}

# pipeline/src/handlers/estornar_estoque.rs:11
resource "aws_lambda_permission" "estornar_estoque" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.estornar_estoque.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.estornar_estoque.arn
}
