# tests/apps/sensors/src/plant.rs:14
resource "aws_kinesis_stream" "heartbeats" {
  name             = "Heartbeats"
  shard_count      = 1
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"

  lifecycle {
    prevent_destroy = true
  }
}

# tests/apps/sensors/src/plant.rs:9
resource "aws_kinesis_stream" "readings" {
  name             = "Readings"
  shard_count      = 8
  retention_period = 336
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"

  lifecycle {
    prevent_destroy = true
  }
}
