locals {
  deliver_zip = "${path.module}/../lambda/deliver.zip"
}

# src/lib.rs:44
resource "aws_lambda_function" "deliver" {
  function_name    = "dev-Deliver"
  role             = aws_iam_role.deliver.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.deliver_zip
  source_code_hash = fileexists(local.deliver_zip) ? filebase64sha256(local.deliver_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_ELSEWHERE_PRIVATE_VERY_LETTER = aws_dynamodb_table.letter.name
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.deliver.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.deliver_zip)
      error_message = "The zip of deliver is missing: run `cargo xtask build --app elsewhere --stage dev`."
    }
  }

  depends_on = [aws_iam_role_policy.deliver]
}

# src/lib.rs:44
resource "aws_cloudwatch_log_group" "deliver" {
  name              = "/aws/lambda/dev-Deliver"
  retention_in_days = 30
}

# src/lib.rs:44
resource "aws_iam_role" "deliver" {
  name = "dev-Deliver"
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

# src/lib.rs:44
resource "aws_iam_role_policy" "deliver" {
  name = "grants"
  role = aws_iam_role.deliver.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # letters: src/lib.rs:44
      {
        Sid      = "Letters"
        Effect   = "Allow"
        Action   = "dynamodb:PutItem"
        Resource = aws_dynamodb_table.letter.arn
      },
      # platform: Lambda keeps the events that the function fails at
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.deliver.arn
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.deliver.arn}:*"
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

# src/lib.rs:44
resource "aws_cloudwatch_event_rule" "deliver" {
  name           = "dev-Deliver"
  event_bus_name = aws_cloudwatch_event_bus.post.name
  event_pattern = jsonencode({
    source        = ["post.office"]
    "detail-type" = ["Letter Posted"]
    detail = {
      to = [{ "anything-but" = "" }]
    }
  })
}

# src/lib.rs:44
resource "aws_cloudwatch_event_target" "deliver" {
  rule           = aws_cloudwatch_event_rule.deliver.name
  event_bus_name = aws_cloudwatch_event_bus.post.name
  target_id      = "dev-Deliver"
  arn            = aws_lambda_function.deliver.arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 86400
  }

  dead_letter_config {
    arn = aws_sqs_queue.deliver.arn
  }

  # No event meets a closed door.
  depends_on = [
    aws_lambda_permission.deliver,
    aws_lambda_function_event_invoke_config.deliver,
    aws_sqs_queue_policy.deliver,
  ]
}

# src/lib.rs:44
resource "aws_lambda_permission" "deliver" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.deliver.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.deliver.arn
}

# src/lib.rs:44
resource "aws_lambda_function_event_invoke_config" "deliver" {
  function_name                = aws_lambda_function.deliver.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.deliver.arn
    }
  }
}

# src/lib.rs:44
resource "aws_sqs_queue" "deliver" {
  name                      = "dev-Deliver-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

# src/lib.rs:44
resource "aws_sqs_queue_policy" "deliver" {
  queue_url = aws_sqs_queue.deliver.id
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
        Resource = aws_sqs_queue.deliver.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.deliver.arn
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.deliver.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}
