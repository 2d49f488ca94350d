# pipeline/src/infra.rs:15
resource "aws_security_group" "loja" {
  name        = "loja-prod-ecommerce-database"
  description = "The database loja-prod-ecommerce"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_security_group" "rede_functions" {
  name        = "loja-prod-Rede-functions"
  description = "Functions"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:20
resource "aws_security_group" "captura_de_pedidos_replication" {
  name        = "loja-prod-capturadepedidos-replication"
  description = "The capture loja-prod-capturadepedidos"
  vpc_id      = aws_vpc.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_security_group" "rede_endpoints" {
  name        = "loja-prod-Rede-endpoints"
  description = "VPC endpoints"
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

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_egress_rule" "rede_functions_to_dynamodb_443" {
  security_group_id = aws_security_group.rede_functions.id
  description       = "tables"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_vpc_endpoint.rede_dynamodb.prefix_list_id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_egress_rule" "rede_functions_to_rede_endpoints_443" {
  security_group_id            = aws_security_group.rede_functions.id
  description                  = "events, notifications"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_endpoints.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "rede_functions_to_rede_endpoints_443" {
  security_group_id            = aws_security_group.rede_endpoints.id
  description                  = "events, notifications"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_functions.id
}

# pipeline/src/infra.rs:20
resource "aws_vpc_security_group_egress_rule" "captura_de_pedidos_replication_to_rede_endpoints_443" {
  security_group_id            = aws_security_group.captura_de_pedidos_replication.id
  description                  = "streams, secrets"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.rede_endpoints.id
}

# pipeline/src/infra.rs:10
resource "aws_vpc_security_group_ingress_rule" "captura_de_pedidos_replication_to_rede_endpoints_443" {
  security_group_id            = aws_security_group.rede_endpoints.id
  description                  = "streams, secrets"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.captura_de_pedidos_replication.id
}
