locals {
  report_quiet_sensors_zip = "${path.module}/../lambda/report_quiet_sensors.zip"
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_lambda_function" "report_quiet_sensors" {
  function_name    = "ReportQuietSensors"
  role             = aws_iam_role.report_quiet_sensors.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.report_quiet_sensors_zip
  source_code_hash = fileexists(local.report_quiet_sensors_zip) ? filebase64sha256(local.report_quiet_sensors_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_SENSORS_PLANT_ALIVE  = aws_dynamodb_table.alive.name
      ESTEIRA_SENSORS_PLANT_ONDUTY = aws_sns_topic.on_duty.arn
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.report_quiet_sensors.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.report_quiet_sensors_zip)
      error_message = "The zip of report_quiet_sensors is missing: run `cargo xtask build --app sensors --stage prod`."
    }
  }

  depends_on = [aws_iam_role_policy.report_quiet_sensors]
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_cloudwatch_log_group" "report_quiet_sensors" {
  name              = "/aws/lambda/ReportQuietSensors"
  retention_in_days = 90
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_iam_role" "report_quiet_sensors" {
  name = "ReportQuietSensors"
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

# tests/apps/sensors/src/roll.rs:30
resource "aws_iam_role_policy" "report_quiet_sensors" {
  name = "grants"
  role = aws_iam_role.report_quiet_sensors.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # on_duty: tests/apps/sensors/src/roll.rs:33
      {
        Sid      = "OnDuty"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.on_duty.arn
      },
      # allow: tests/apps/sensors/src/roll.rs:28
      {
        Sid      = "AllowAlive"
        Effect   = "Allow"
        Action   = "dynamodb:Scan"
        Resource = aws_dynamodb_table.alive.arn
      },
      # platform: Lambda keeps the events that the function fails at
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.report_quiet_sensors.arn
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.report_quiet_sensors.arn}:*"
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

# tests/apps/sensors/src/roll.rs:30
resource "aws_cloudwatch_event_rule" "report_quiet_sensors" {
  name           = "ReportQuietSensors"
  event_bus_name = aws_cloudwatch_event_bus.plant.name
  event_pattern = jsonencode({
    source        = ["maintenance.tool"]
    "detail-type" = ["Shift Ended"]
  })
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_cloudwatch_event_target" "report_quiet_sensors" {
  rule           = aws_cloudwatch_event_rule.report_quiet_sensors.name
  event_bus_name = aws_cloudwatch_event_bus.plant.name
  target_id      = "ReportQuietSensors"
  arn            = aws_lambda_function.report_quiet_sensors.arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 86400
  }

  dead_letter_config {
    arn = aws_sqs_queue.report_quiet_sensors.arn
  }

  # No event meets a closed door.
  depends_on = [
    aws_lambda_permission.report_quiet_sensors,
    aws_lambda_function_event_invoke_config.report_quiet_sensors,
    aws_sqs_queue_policy.report_quiet_sensors,
  ]
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_lambda_permission" "report_quiet_sensors" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.report_quiet_sensors.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.report_quiet_sensors.arn
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_lambda_function_event_invoke_config" "report_quiet_sensors" {
  function_name                = aws_lambda_function.report_quiet_sensors.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.report_quiet_sensors.arn
    }
  }
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_sqs_queue" "report_quiet_sensors" {
  name                      = "ReportQuietSensors-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  lifecycle {
    prevent_destroy = true
  }
}

# tests/apps/sensors/src/roll.rs:30
resource "aws_sqs_queue_policy" "report_quiet_sensors" {
  queue_url = aws_sqs_queue.report_quiet_sensors.id
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
        Resource = aws_sqs_queue.report_quiet_sensors.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.report_quiet_sensors.arn
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.report_quiet_sensors.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}
