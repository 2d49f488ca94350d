locals {
  bill_zip = "${path.module}/../lambda/bill.zip"
}

# src/ledger.rs:49
resource "aws_lambda_function" "bill" {
  function_name    = "dev-Bill"
  role             = aws_iam_role.bill.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.bill_zip
  source_code_hash = fileexists(local.bill_zip) ? filebase64sha256(local.bill_zip) : null
  memory_size      = 256
  timeout          = 30

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.bill.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.bill_zip)
      error_message = "The zip of bill is missing: run `cargo xtask build --app elsewhere --stage dev`."
    }
  }

  depends_on = [aws_iam_role_policy.bill]
}

# src/ledger.rs:49
resource "aws_cloudwatch_log_group" "bill" {
  name              = "/aws/lambda/dev-Bill"
  retention_in_days = 30
}

# src/ledger.rs:49
resource "aws_iam_role" "bill" {
  name = "dev-Bill"
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

# src/ledger.rs:49
resource "aws_iam_role_policy" "bill" {
  name = "grants"
  role = aws_iam_role.bill.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
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
        Resource = aws_kinesis_stream.parcels.arn
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
        Resource = "${aws_cloudwatch_log_group.bill.arn}:*"
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

# src/ledger.rs:49
resource "aws_lambda_event_source_mapping" "bill" {
  event_source_arn                   = aws_kinesis_stream.parcels.arn
  function_name                      = aws_lambda_function.bill.arn
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
