locals {
  count_heartbeat_zip = "${path.module}/../lambda/count_heartbeat.zip"
}

# tests/apps/sensors/src/readings.rs:39
resource "aws_lambda_function" "count_heartbeat" {
  function_name    = "dev-CountHeartbeat"
  role             = aws_iam_role.count_heartbeat.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.count_heartbeat_zip
  source_code_hash = fileexists(local.count_heartbeat_zip) ? filebase64sha256(local.count_heartbeat_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_SENSORS_PLANT_ALIVE = aws_dynamodb_table.alive.name
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.count_heartbeat.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.count_heartbeat_zip)
      error_message = "The zip of count_heartbeat is missing: run `cargo xtask build --app sensors --stage dev`."
    }
  }

  depends_on = [aws_iam_role_policy.count_heartbeat]
}

# tests/apps/sensors/src/readings.rs:39
resource "aws_cloudwatch_log_group" "count_heartbeat" {
  name              = "/aws/lambda/dev-CountHeartbeat"
  retention_in_days = 30
}

# tests/apps/sensors/src/readings.rs:39
resource "aws_iam_role" "count_heartbeat" {
  name = "dev-CountHeartbeat"
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

# tests/apps/sensors/src/readings.rs:39
resource "aws_iam_role_policy" "count_heartbeat" {
  name = "grants"
  role = aws_iam_role.count_heartbeat.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # alive: tests/apps/sensors/src/readings.rs:39
      {
        Sid      = "Alive"
        Effect   = "Allow"
        Action   = "dynamodb:UpdateItem"
        Resource = aws_dynamodb_table.alive.arn
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
        Resource = aws_kinesis_stream.heartbeats.arn
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
        Resource = "${aws_cloudwatch_log_group.count_heartbeat.arn}:*"
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

# tests/apps/sensors/src/readings.rs:39
resource "aws_lambda_event_source_mapping" "count_heartbeat" {
  event_source_arn                   = aws_kinesis_stream.heartbeats.arn
  function_name                      = aws_lambda_function.count_heartbeat.arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 100
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
}
