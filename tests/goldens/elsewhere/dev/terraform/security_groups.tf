# src/ledger.rs:20
resource "aws_security_group" "ledger_capture_replication" {
  name        = "dev-ledgercapture-replication"
  description = "The capture dev-ledgercapture"
  vpc_id      = "vpc-0123456789abcdef0"
}

# src/ledger.rs:8
resource "aws_security_group" "network_kinesis_streams_endpoint" {
  name        = "dev-Network-kinesis-streams-endpoint"
  description = "The endpoint of kinesis-streams"
  vpc_id      = "vpc-0123456789abcdef0"
}

# src/ledger.rs:8
resource "aws_security_group" "network_secretsmanager_endpoint" {
  name        = "dev-Network-secretsmanager-endpoint"
  description = "The endpoint of secretsmanager"
  vpc_id      = "vpc-0123456789abcdef0"
}

# src/ledger.rs:20
resource "aws_vpc_security_group_egress_rule" "ledger_capture_replication_to_ledger_3307" {
  security_group_id            = aws_security_group.ledger_capture_replication.id
  description                  = "binlog"
  ip_protocol                  = "tcp"
  from_port                    = 3307
  to_port                      = 3307
  referenced_security_group_id = "sg-0123456789abcdef0"
}

# src/ledger.rs:20
resource "aws_vpc_security_group_egress_rule" "ledger_capture_replication_to_network_kinesis_streams_endpoint_443" {
  security_group_id            = aws_security_group.ledger_capture_replication.id
  description                  = "streams"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.network_kinesis_streams_endpoint.id
}

# src/ledger.rs:8
resource "aws_vpc_security_group_ingress_rule" "ledger_capture_replication_to_network_kinesis_streams_endpoint_443" {
  security_group_id            = aws_security_group.network_kinesis_streams_endpoint.id
  description                  = "streams"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.ledger_capture_replication.id
}

# src/ledger.rs:20
resource "aws_vpc_security_group_egress_rule" "ledger_capture_replication_to_network_secretsmanager_endpoint_443" {
  security_group_id            = aws_security_group.ledger_capture_replication.id
  description                  = "secrets"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.network_secretsmanager_endpoint.id
}

# src/ledger.rs:8
resource "aws_vpc_security_group_ingress_rule" "ledger_capture_replication_to_network_secretsmanager_endpoint_443" {
  security_group_id            = aws_security_group.network_secretsmanager_endpoint.id
  description                  = "secrets"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.ledger_capture_replication.id
}
