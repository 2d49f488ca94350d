# src/ledger.rs:16
output "parcels_stream_name" {
  value = aws_kinesis_stream.parcels.name
}

# src/lib.rs:19
output "letters_stream_name" {
  value = aws_kinesis_stream.letters.name
}

# src/lib.rs:23
output "post_bus_name" {
  value = aws_cloudwatch_event_bus.post.name
}

# src/lib.rs:33
output "letter_table_name" {
  value = aws_dynamodb_table.letter.name
}

# src/ledger.rs:49
output "failure_bucket_name" {
  value = aws_s3_bucket.failures.bucket
}

# src/ledger.rs:8
output "network_vpc_id" {
  value = "vpc-0123456789abcdef0"
}

# src/ledger.rs:8
output "network_vpc_private_subnet_ids" {
  value = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

# src/ledger.rs:20
output "ledger_capture_arn" {
  value = aws_dms_replication_task.ledger_capture.replication_task_arn
}

# src/ledger.rs:20
output "ledger_capture_instance_arn" {
  value = aws_dms_replication_instance.ledger_capture.replication_instance_arn
}

# src/ledger.rs:20
output "ledger_capture_source_endpoint_arn" {
  value = aws_dms_endpoint.ledger_capture_source.endpoint_arn
}

# src/ledger.rs:20
output "ledger_capture_target_endpoint_arn" {
  value = aws_dms_endpoint.ledger_capture_target.endpoint_arn
}

# src/ledger.rs:49
output "bill_function_name" {
  value = aws_lambda_function.bill.function_name
}

# src/ledger.rs:41
output "weigh_function_name" {
  value = aws_lambda_function.weigh.function_name
}

# src/lib.rs:44
output "deliver_function_name" {
  value = aws_lambda_function.deliver.function_name
}

# src/lib.rs:38
output "post_function_name" {
  value = aws_lambda_function.post.function_name
}
