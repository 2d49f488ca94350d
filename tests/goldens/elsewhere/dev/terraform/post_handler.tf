locals {
  post_zip = "${path.module}/../lambda/post.zip"
}

# src/lib.rs:38
resource "aws_lambda_function" "post" {
  function_name    = "dev-Post"
  role             = aws_iam_role.post.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.post_zip
  source_code_hash = fileexists(local.post_zip) ? filebase64sha256(local.post_zip) : null
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      ESTEIRA_ELSEWHERE_PRIVATE_VERY_POST = aws_cloudwatch_event_bus.post.name
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.post.name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.post_zip)
      error_message = "The zip of post is missing: run `cargo xtask build --app elsewhere --stage dev`."
    }
  }

  depends_on = [
    aws_iam_role_policy.post,
    aws_cloudwatch_event_target.deliver,
    aws_lambda_permission.deliver,
    aws_lambda_function_event_invoke_config.deliver,
    aws_sqs_queue_policy.deliver,
  ]
}

# src/lib.rs:38
resource "aws_cloudwatch_log_group" "post" {
  name              = "/aws/lambda/dev-Post"
  retention_in_days = 30
}

# src/lib.rs:38
resource "aws_iam_role" "post" {
  name = "dev-Post"
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

# src/lib.rs:38
resource "aws_iam_role_policy" "post" {
  name = "grants"
  role = aws_iam_role.post.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # posted: src/lib.rs:38
      {
        Sid      = "Posted"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = aws_cloudwatch_event_bus.post.arn
        Condition = {
          StringEquals = {
            "events:source"      = "post.office"
            "events:detail-type" = "Letter Posted"
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
        Resource = aws_kinesis_stream.letters.arn
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
        Resource = "${aws_cloudwatch_log_group.post.arn}:*"
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

# src/lib.rs:38
resource "aws_lambda_event_source_mapping" "post" {
  event_source_arn                   = aws_kinesis_stream.letters.arn
  function_name                      = aws_lambda_function.post.arn
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

  # An event without its rule, or that fails before its queue is open, is lost: these
  # exist before the first record is read.
  depends_on = [
    aws_cloudwatch_event_target.deliver,
    aws_lambda_permission.deliver,
    aws_lambda_function_event_invoke_config.deliver,
    aws_sqs_queue_policy.deliver,
  ]
}
