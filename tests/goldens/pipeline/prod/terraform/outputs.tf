# pipeline/src/infra.rs:25
output "pedidos_stream_name" {
  value = aws_kinesis_stream.pedidos_stream.name
}

# pipeline/src/infra.rs:30
output "ecommerce_bus_name" {
  value = aws_cloudwatch_event_bus.ecommerce.name
}

# pipeline/src/inventario.rs:17
output "inventario_table_name" {
  value = aws_dynamodb_table.inventario.name
}

# pipeline/src/handlers/notificar_cliente.rs:15
output "idempotency_table_name" {
  value = aws_dynamodb_table.idempotency.name
}

# pipeline/src/infra.rs:35
output "cliente_notificacao_topic_arn" {
  value = aws_sns_topic.cliente_notificacao.arn
}

# pipeline/src/handlers/processar_pedido.rs:11
output "failure_bucket_name" {
  value = aws_s3_bucket.failures.bucket
}

# pipeline/src/infra.rs:10
output "rede_vpc_id" {
  value = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
output "rede_vpc_private_subnet_ids" {
  value = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
}

# pipeline/src/infra.rs:15
output "loja_cluster_endpoint" {
  value = aws_rds_cluster.loja.endpoint
}

# pipeline/src/infra.rs:15
output "loja_cluster_reader_endpoint" {
  value = aws_rds_cluster.loja.reader_endpoint
}

# pipeline/src/infra.rs:15
output "loja_cluster_master_secret_arn" {
  value = aws_rds_cluster.loja.master_user_secret[0].secret_arn
}

# pipeline/src/infra.rs:15
output "loja_cluster_security_group_id" {
  value = aws_security_group.loja.id
}

# pipeline/src/infra.rs:20
output "captura_de_pedidos_capture_arn" {
  value = aws_dms_replication_task.captura_de_pedidos.replication_task_arn
}

# pipeline/src/infra.rs:20
output "captura_de_pedidos_capture_instance_arn" {
  value = aws_dms_replication_instance.captura_de_pedidos.replication_instance_arn
}

# pipeline/src/infra.rs:20
output "captura_de_pedidos_capture_source_endpoint_arn" {
  value = aws_dms_endpoint.captura_de_pedidos_source.endpoint_arn
}

# pipeline/src/infra.rs:20
output "captura_de_pedidos_capture_target_endpoint_arn" {
  value = aws_dms_endpoint.captura_de_pedidos_target.endpoint_arn
}

# pipeline/src/infra.rs:20
output "captura_de_pedidos_capture_secret_arn" {
  value = aws_secretsmanager_secret.captura_de_pedidos_source.arn
}

# pipeline/src/handlers/atualizar_estoque.rs:12
output "atualizar_estoque_function_name" {
  value = aws_lambda_function.atualizar_estoque.function_name
}

# pipeline/src/handlers/estornar_estoque.rs:12
output "estornar_estoque_function_name" {
  value = aws_lambda_function.estornar_estoque.function_name
}

# pipeline/src/handlers/notificar_cliente.rs:15
output "notificar_cliente_function_name" {
  value = aws_lambda_function.notificar_cliente.function_name
}

# pipeline/src/handlers/processar_pedido.rs:11
output "processar_pedido_function_name" {
  value = aws_lambda_function.processar_pedido.function_name
}
