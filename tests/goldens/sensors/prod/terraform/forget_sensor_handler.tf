locals {
  forget_sensor_zip = "${path.module}/../lambda/forget_sensor.zip"
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_lambda_function" "forget_sensor" {
  function_name    = "ForgetSensor"
  role             = aws_iam_role.forget_sensor.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.forget_sensor_zip
  source_code_hash = fileexists(local.forget_sensor_zip) ? filebase64sha256(local.forget_sensor_zip) : null
  memory_size      = 256
  timeout          = 120

  environment {
    variables = {
      ESTEIRA_SENSORS_PLANT_ALIVE       = aws_dynamodb_table.alive.name
      ESTEIRA_SENSORS_PLANT_MEASUREMENT = aws_dynamodb_table.measurement.name
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.forget_sensor.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.forget_sensor_zip)
      error_message = "The zip of forget_sensor is missing: run `cargo xtask build --app sensors --stage prod`."
    }
  }

  depends_on = [aws_iam_role_policy.forget_sensor]
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_cloudwatch_log_group" "forget_sensor" {
  name              = "/aws/lambda/ForgetSensor"
  retention_in_days = 90
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_iam_role" "forget_sensor" {
  name = "ForgetSensor"
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

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_iam_role_policy" "forget_sensor" {
  name = "grants"
  role = aws_iam_role.forget_sensor.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # alive: tests/apps/sensors/src/maintenance.rs:24
      {
        Sid      = "Alive"
        Effect   = "Allow"
        Action   = "dynamodb:GetItem"
        Resource = aws_dynamodb_table.alive.arn
      },
      # past: tests/apps/sensors/src/maintenance.rs:25
      {
        Sid      = "Past"
        Effect   = "Allow"
        Action   = "dynamodb:Query"
        Resource = aws_dynamodb_table.measurement.arn
      },
      # history: tests/apps/sensors/src/maintenance.rs:26
      {
        Sid      = "History"
        Effect   = "Allow"
        Action   = "dynamodb:DeleteItem"
        Resource = aws_dynamodb_table.measurement.arn
      },
      # platform: Lambda keeps the events that the function fails at
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.forget_sensor.arn
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.forget_sensor.arn}:*"
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

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_cloudwatch_event_rule" "forget_sensor" {
  name           = "ForgetSensor"
  event_bus_name = aws_cloudwatch_event_bus.plant.name
  event_pattern = jsonencode({
    source        = ["maintenance.tool"]
    "detail-type" = [{ prefix = "Work Order" }]
    detail = {
      kind = ["replace", "retire"]
      cost = [{ numeric = ["<", 10000.0] }]
    }
  })
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_cloudwatch_event_target" "forget_sensor" {
  rule           = aws_cloudwatch_event_rule.forget_sensor.name
  event_bus_name = aws_cloudwatch_event_bus.plant.name
  target_id      = "ForgetSensor"
  arn            = aws_lambda_function.forget_sensor.arn

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 86400
  }

  dead_letter_config {
    arn = aws_sqs_queue.forget_sensor.arn
  }

  # No event meets a closed door.
  depends_on = [
    aws_lambda_permission.forget_sensor,
    aws_lambda_function_event_invoke_config.forget_sensor,
    aws_sqs_queue_policy.forget_sensor,
  ]
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_lambda_permission" "forget_sensor" {
  statement_id  = "AllowEventBridge"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.forget_sensor.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.forget_sensor.arn
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_lambda_function_event_invoke_config" "forget_sensor" {
  function_name                = aws_lambda_function.forget_sensor.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.forget_sensor.arn
    }
  }
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_sqs_queue" "forget_sensor" {
  name                      = "ForgetSensor-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true

  lifecycle {
    prevent_destroy = true
  }
}

# tests/apps/sensors/src/maintenance.rs:22
resource "aws_sqs_queue_policy" "forget_sensor" {
  queue_url = aws_sqs_queue.forget_sensor.id
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
        Resource = aws_sqs_queue.forget_sensor.arn
        Condition = {
          ArnEquals = {
            "aws:SourceArn" = aws_cloudwatch_event_rule.forget_sensor.arn
          }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.forget_sensor.arn
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}
