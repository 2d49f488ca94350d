# pipeline/src/infra.rs:8
output "pedidos_stream_name" {
  value = aws_kinesis_stream.pedidos_stream.name
}

# pipeline/src/infra.rs:13
output "ecommerce_bus_name" {
  value = aws_cloudwatch_event_bus.ecommerce.name
}

# pipeline/src/inventario.rs:17
output "inventario_table_name" {
  value = aws_dynamodb_table.inventario.name
}

# pipeline/src/infra.rs:18
output "cliente_notificacao_topic_arn" {
  value = aws_sns_topic.cliente_notificacao.arn
}

# pipeline/src/handlers/atualizar_estoque.rs:11
output "atualizar_estoque_function_name" {
  value = aws_lambda_function.atualizar_estoque.function_name
}

# pipeline/src/handlers/estornar_estoque.rs:11
output "estornar_estoque_function_name" {
  value = aws_lambda_function.estornar_estoque.function_name
}

# pipeline/src/handlers/notificar_cliente.rs:8
output "notificar_cliente_function_name" {
  value = aws_lambda_function.notificar_cliente.function_name
}

# pipeline/src/handlers/processar_pedido.rs:11
output "processar_pedido_function_name" {
  value = aws_lambda_function.processar_pedido.function_name
}
