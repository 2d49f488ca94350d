# src/lib.rs:13
output "letters_stream_name" {
  value = aws_kinesis_stream.letters.name
}

# src/lib.rs:17
output "post_bus_name" {
  value = aws_cloudwatch_event_bus.post.name
}

# src/lib.rs:27
output "letter_table_name" {
  value = aws_dynamodb_table.letter.name
}

# src/lib.rs:32
output "failure_bucket_name" {
  value = aws_s3_bucket.failures.bucket
}

# src/lib.rs:38
output "deliver_function_name" {
  value = aws_lambda_function.deliver.function_name
}

# src/lib.rs:32
output "post_function_name" {
  value = aws_lambda_function.post.function_name
}
