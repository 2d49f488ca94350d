# tests/apps/sensors/src/plant.rs:14
resource "aws_kinesis_stream" "heartbeats" {
  name             = "dev-Heartbeats"
  shard_count      = 1
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
}

# tests/apps/sensors/src/plant.rs:9
resource "aws_kinesis_stream" "readings" {
  name             = "dev-Readings"
  shard_count      = 4
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
}
