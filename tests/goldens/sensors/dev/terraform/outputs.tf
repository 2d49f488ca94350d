# tests/apps/sensors/src/plant.rs:14
output "heartbeats_stream_name" {
  value = aws_kinesis_stream.heartbeats.name
}

# tests/apps/sensors/src/plant.rs:9
output "readings_stream_name" {
  value = aws_kinesis_stream.readings.name
}

# tests/apps/sensors/src/plant.rs:19
output "plant_bus_name" {
  value = aws_cloudwatch_event_bus.plant.name
}

# tests/apps/sensors/src/plant.rs:66
output "alive_table_name" {
  value = aws_dynamodb_table.alive.name
}

# tests/apps/sensors/src/plant.rs:57
output "measurement_table_name" {
  value = aws_dynamodb_table.measurement.name
}

# tests/apps/sensors/src/readings.rs:53
output "idempotency_table_name" {
  value = aws_dynamodb_table.idempotency.name
}

# tests/apps/sensors/src/plant.rs:24
output "on_duty_topic_arn" {
  value = aws_sns_topic.on_duty.arn
}

# tests/apps/sensors/src/readings.rs:39
output "failure_bucket_name" {
  value = aws_s3_bucket.failures.bucket
}

# tests/apps/sensors/src/maintenance.rs:22
output "forget_sensor_function_name" {
  value = aws_lambda_function.forget_sensor.function_name
}

# tests/apps/sensors/src/readings.rs:39
output "count_heartbeat_function_name" {
  value = aws_lambda_function.count_heartbeat.function_name
}

# tests/apps/sensors/src/readings.rs:18
output "keep_reading_function_name" {
  value = aws_lambda_function.keep_reading.function_name
}

# tests/apps/sensors/src/readings.rs:53
output "wake_somebody_function_name" {
  value = aws_lambda_function.wake_somebody.function_name
}

# tests/apps/sensors/src/roll.rs:30
output "report_quiet_sensors_function_name" {
  value = aws_lambda_function.report_quiet_sensors.function_name
}
