# src/ledger.rs:8
resource "aws_vpc_endpoint" "network_kinesis_streams" {
  vpc_id              = "vpc-0123456789abcdef0"
  service_name        = "com.amazonaws.${data.aws_region.current.name}.kinesis-streams"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  security_group_ids  = [aws_security_group.network_kinesis_streams_endpoint.id]
  tags = {
    Name = "dev-Network-kinesis-streams"
  }
}

# src/ledger.rs:8
resource "aws_vpc_endpoint" "network_secretsmanager" {
  vpc_id              = "vpc-0123456789abcdef0"
  service_name        = "com.amazonaws.${data.aws_region.current.name}.secretsmanager"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  security_group_ids  = [aws_security_group.network_secretsmanager_endpoint.id]
  tags = {
    Name = "dev-Network-secretsmanager"
  }
}
