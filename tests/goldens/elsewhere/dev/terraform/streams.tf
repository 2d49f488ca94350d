# src/lib.rs:13
resource "aws_kinesis_stream" "letters" {
  name             = "dev-Letters"
  shard_count      = 1
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
}
