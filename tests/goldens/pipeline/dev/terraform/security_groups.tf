# pipeline/src/infra.rs:15
resource "aws_security_group" "loja" {
  name        = "dev-ecommerce-database"
  description = "The database dev-ecommerce"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_security_group" "atualizar_estoque" {
  name        = "dev-AtualizarEstoque"
  description = "The function dev-AtualizarEstoque"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/handlers/estornar_estoque.rs:12
resource "aws_security_group" "estornar_estoque" {
  name        = "dev-EstornarEstoque"
  description = "The function dev-EstornarEstoque"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_security_group" "notificar_cliente" {
  name        = "dev-NotificarCliente"
  description = "The function dev-NotificarCliente"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_security_group" "processar_pedido" {
  name        = "dev-ProcessarPedido"
  description = "The function dev-ProcessarPedido"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:20
resource "aws_security_group" "captura_de_pedidos_replication" {
  name        = "dev-capturadepedidos-replication"
  description = "The capture dev-capturadepedidos"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_security_group" "rede_events_endpoint" {
  name        = "dev-Rede-events-endpoint"
  description = "The endpoint of events"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_security_group" "rede_sns_endpoint" {
  name        = "dev-Rede-sns-endpoint"
  description = "The endpoint of sns"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_security_group" "rede_kinesis_streams_endpoint" {
  name        = "dev-Rede-kinesis-streams-endpoint"
  description = "The endpoint of kinesis-streams"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_security_group" "rede_secretsmanager_endpoint" {
  name        = "dev-Rede-secretsmanager-endpoint"
  description = "The endpoint of secretsmanager"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:20
resource "aws_vpc_security_group_egress_rule" "captura_de_pedidos_replication_to_loja_3306" {
  security_group_id            = aws_security_group.captura_de_pedidos_replication.id
  description                  = "binlog"
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
  referenced_security_group_id = aws_security_group.loja.id
}

# pipeline/src/infra.rs:15
resource "aws_vpc_security_group_ingress_rule" "captura_de_pedidos_replication_to_loja_3306" {
  security_group_id            = aws_security_group.loja.id
  description                  = "binlog"
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
  referenced_security_group_id = aws_security_group.captura_de_pedidos_replication.id
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_vpc_security_group_egress_rule" "atualizar_estoque_to_dynamodb_443" {
  security_group_id = aws_security_group.atualizar_estoque.id
  description       = "tables"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_vpc_endpoint.rede_dynamodb.prefix_list_id
}

# pipeline/src/handlers/estornar_estoque.rs:12
resource "aws_vpc_security_group_egress_rule" "estornar_estoque_to_dynamodb_443" {
  security_group_id = aws_security_group.estornar_estoque.id
  description       = "tables"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_vpc_endpoint.rede_dynamodb.prefix_list_id
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_vpc_security_group_egress_rule" "notificar_cliente_to_dynamodb_443" {
  security_group_id = aws_security_group.notificar_cliente.id
  description       = "tables"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_vpc_endpoint.rede_dynamodb.prefix_list_id
}

# pipeline/src/handlers/atualizar_estoque.rs:12
resource "aws_vpc_security_group_egress_rule" "atualizar_estoque_to_rede_events_endpoint_443" {
  security_group_id            = aws_security_group.atualizar_estoque.id
  description                  = "events"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_events_endpoint.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "atualizar_estoque_to_rede_events_endpoint_443" {
  security_group_id            = aws_security_group.rede_events_endpoint.id
  description                  = "events"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.atualizar_estoque.id
}

# pipeline/src/handlers/processar_pedido.rs:11
resource "aws_vpc_security_group_egress_rule" "processar_pedido_to_rede_events_endpoint_443" {
  security_group_id            = aws_security_group.processar_pedido.id
  description                  = "events"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_events_endpoint.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "processar_pedido_to_rede_events_endpoint_443" {
  security_group_id            = aws_security_group.rede_events_endpoint.id
  description                  = "events"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.processar_pedido.id
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_vpc_security_group_egress_rule" "notificar_cliente_to_rede_sns_endpoint_443" {
  security_group_id            = aws_security_group.notificar_cliente.id
  description                  = "notifications"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_sns_endpoint.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "notificar_cliente_to_rede_sns_endpoint_443" {
  security_group_id            = aws_security_group.rede_sns_endpoint.id
  description                  = "notifications"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.notificar_cliente.id
}

# pipeline/src/infra.rs:20
resource "aws_vpc_security_group_egress_rule" "captura_de_pedidos_replication_to_rede_kinesis_streams_endpoint_443" {
  security_group_id            = aws_security_group.captura_de_pedidos_replication.id
  description                  = "streams"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_kinesis_streams_endpoint.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "captura_de_pedidos_replication_to_rede_kinesis_streams_endpoint_443" {
  security_group_id            = aws_security_group.rede_kinesis_streams_endpoint.id
  description                  = "streams"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.captura_de_pedidos_replication.id
}

# pipeline/src/infra.rs:20
resource "aws_vpc_security_group_egress_rule" "captura_de_pedidos_replication_to_rede_secretsmanager_endpoint_443" {
  security_group_id            = aws_security_group.captura_de_pedidos_replication.id
  description                  = "secrets"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_secretsmanager_endpoint.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "captura_de_pedidos_replication_to_rede_secretsmanager_endpoint_443" {
  security_group_id            = aws_security_group.rede_secretsmanager_endpoint.id
  description                  = "secrets"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.captura_de_pedidos_replication.id
}
