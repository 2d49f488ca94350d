locals {
  wake_somebody_zip = "${path.module}/../lambda/wake_somebody.zip"
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_lambda_function" "wake_somebody" {
  function_name    = "WakeSomebody"
  role             = aws_iam_role.wake_somebody.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.wake_somebody_zip
  source_code_hash = fileexists(local.wake_somebody_zip) ? filebase64sha256(local.wake_somebody_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_ESTEIRA_IDEMPOTENCY  = aws_dynamodb_table.idempotency.name
      ESTEIRA_SENSORS_PLANT_ONDUTY = aws_sns_topic.on_duty.arn
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.wake_somebody.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.wake_somebody_zip)
      error_message = "The zip of wake_somebody is missing: run `cargo xtask build --app sensors --stage prod`."
    }
  }

  depends_on = [aws_iam_role_policy.wake_somebody]
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_cloudwatch_log_group" "wake_somebody" {
  name              = "/aws/lambda/WakeSomebody"
  retention_in_days = 90
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_iam_role" "wake_somebody" {
  name = "WakeSomebody"
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

# tests/apps/sensors/src/readings.rs:53
resource "aws_iam_role_policy" "wake_somebody" {
  name = "grants"
  role = aws_iam_role.wake_somebody.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # on_duty: tests/apps/sensors/src/readings.rs:53
      {
        Sid      = "OnDuty"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.on_duty.arn
      },
      # platform: Lambda keeps the events that the function fails at
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.wake_somebody.arn
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
        Resource = "${aws_cloudwatch_log_group.wake_somebody.arn}:*"
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

# tests/apps/sensors/src/readings.rs:53
resource "aws_cloudwatch_event_rule" "wake_somebody" {
  name           = "WakeSomebody"
  event_bus_name = aws_cloudwatch_event_bus.plant.name
  event_pattern = jsonencode({
    source        = ["plant.sensors"]
    "detail-type" = ["Overheated"]
    detail = {
      severity = ["critical"]
      celsius  = [{ numeric = [">=", 120, "<", 1000.5] }]
      place = {
        "hall-name" = [{ prefix = "Oven" }, { "anything-but" = ["Test"] }]
        level       = [-1, 0]
      }
    }
  })
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_cloudwatch_event_target" "wake_somebody" {
  rule           = aws_cloudwatch_event_rule.wake_somebody.name
  event_bus_name = aws_cloudwatch_event_bus.plant.name
  target_id      = "WakeSomebody"
  arn            = aws_lambda_function.wake_somebody.arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 86400
  }

  dead_letter_config {
    arn = aws_sqs_queue.wake_somebody.arn
  }

  # No event meets a closed door.
  depends_on = [
    aws_lambda_permission.wake_somebody,
    aws_lambda_function_event_invoke_config.wake_somebody,
    aws_sqs_queue_policy.wake_somebody,
  ]
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_lambda_permission" "wake_somebody" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.wake_somebody.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.wake_somebody.arn
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_lambda_function_event_invoke_config" "wake_somebody" {
  function_name                = aws_lambda_function.wake_somebody.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.wake_somebody.arn
    }
  }
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_sqs_queue" "wake_somebody" {
  name                      = "WakeSomebody-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  lifecycle {
    prevent_destroy = true
  }
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_sqs_queue_policy" "wake_somebody" {
  queue_url = aws_sqs_queue.wake_somebody.id
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
        Resource = aws_sqs_queue.wake_somebody.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.wake_somebody.arn
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.wake_somebody.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}
