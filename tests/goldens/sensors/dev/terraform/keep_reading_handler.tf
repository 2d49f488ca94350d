locals {
  keep_reading_zip = "${path.module}/../lambda/keep_reading.zip"
}

# tests/apps/sensors/src/readings.rs:18
resource "aws_lambda_function" "keep_reading" {
  function_name    = "dev-KeepReading"
  role             = aws_iam_role.keep_reading.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.keep_reading_zip
  source_code_hash = fileexists(local.keep_reading_zip) ? filebase64sha256(local.keep_reading_zip) : null
  memory_size      = 512
  timeout          = 60

  environment {
    variables = {
      ESTEIRA_SENSORS_PLANT_MEASUREMENT = aws_dynamodb_table.measurement.name
      ESTEIRA_SENSORS_PLANT_PLANT       = aws_cloudwatch_event_bus.plant.name
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.keep_reading.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.keep_reading_zip)
      error_message = "The zip of keep_reading is missing: run `cargo xtask build --app sensors --stage dev`."
    }
  }

  depends_on = [
    aws_iam_role_policy.keep_reading,
    aws_cloudwatch_event_target.wake_somebody,
    aws_lambda_permission.wake_somebody,
    aws_lambda_function_event_invoke_config.wake_somebody,
    aws_sqs_queue_policy.wake_somebody,
  ]
}

# tests/apps/sensors/src/readings.rs:18
resource "aws_cloudwatch_log_group" "keep_reading" {
  name              = "/aws/lambda/dev-KeepReading"
  retention_in_days = 30
}

# tests/apps/sensors/src/readings.rs:18
resource "aws_iam_role" "keep_reading" {
  name = "dev-KeepReading"
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

# tests/apps/sensors/src/readings.rs:18
resource "aws_iam_role_policy" "keep_reading" {
  name = "grants"
  role = aws_iam_role.keep_reading.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # history: tests/apps/sensors/src/readings.rs:20
      {
        Sid      = "History"
        Effect   = "Allow"
        Action   = "dynamodb:PutItem"
        Resource = aws_dynamodb_table.measurement.arn
      },
      # alarms: tests/apps/sensors/src/readings.rs:21
      {
        Sid      = "Alarms"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = aws_cloudwatch_event_bus.plant.arn
        Condition = {
          StringEquals = {
            "events:source"      = "plant.sensors"
            "events:detail-type" = "Overheated"
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
        Resource = aws_kinesis_stream.readings.arn
      },
      # platform: Lambda keeps the records that it gives up on
      {
        Sid      = "PlatformFailures"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "${aws_s3_bucket.failures.arn}/*"
        Condition = {
          StringEquals = {
            "s3:ResourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      # platform: Lambda looks for the bucket it keeps them in
      {
        Sid      = "PlatformFailureBucket"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.failures.arn
        Condition = {
          StringEquals = {
            "s3:ResourceAccount" = data.aws_caller_identity.current.account_id
          }
        }
      },
      # platform: Lambda writes the function's log
      {
        Sid      = "PlatformLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.keep_reading.arn}:*"
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

# tests/apps/sensors/src/readings.rs:18
resource "aws_lambda_event_source_mapping" "keep_reading" {
  event_source_arn                   = aws_kinesis_stream.readings.arn
  function_name                      = aws_lambda_function.keep_reading.arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 500
  maximum_batching_window_in_seconds = 0
  parallelization_factor             = 1
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 86400
  bisect_batch_on_function_error     = true
  function_response_types            = ["ReportBatchItemFailures"]

  destination_config {
    on_failure {
      destination_arn = aws_s3_bucket.failures.arn
    }
  }

  # An event without its rule, or that fails before its queue is open, is lost: these
  # exist before the first record is read.
  depends_on = [
    aws_cloudwatch_event_target.wake_somebody,
    aws_lambda_permission.wake_somebody,
    aws_lambda_function_event_invoke_config.wake_somebody,
    aws_sqs_queue_policy.wake_somebody,
  ]
}
