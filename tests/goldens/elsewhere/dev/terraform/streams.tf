# src/ledger.rs:16
resource "aws_kinesis_stream" "parcels" {
  name             = "dev-Parcels"
  shard_count      = 1
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
}

# src/lib.rs:19
resource "aws_kinesis_stream" "letters" {
  name             = "dev-Letters"
  shard_count      = 1
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
}
