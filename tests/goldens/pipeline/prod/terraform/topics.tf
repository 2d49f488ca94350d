# pipeline/src/infra.rs:35
resource "aws_sns_topic" "cliente_notificacao" {
  name              = "loja-prod-ClienteNotificacao"
  kms_master_key_id = "alias/aws/sns"
}

# pipeline/src/infra.rs:35
resource "aws_sns_topic_subscription" "cliente_notificacao" {
  for_each  = toset(["atendimento@example.com"])
  topic_arn = aws_sns_topic.cliente_notificacao.arn
  protocol  = "email"
  endpoint  = each.value
}
