# pipeline/src/infra.rs:25
resource "aws_kinesis_stream" "pedidos_stream" {
  name             = "dev-PedidosStream"
  shard_count      = 1
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
}
