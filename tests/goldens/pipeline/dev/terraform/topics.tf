# pipeline/src/infra.rs:35
resource "aws_sns_topic" "cliente_notificacao" {
  name              = "dev-ClienteNotificacao"
  kms_master_key_id = "alias/aws/sns"
}
