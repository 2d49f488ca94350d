# pipeline/src/infra.rs:10
resource "aws_vpc_endpoint" "rede_dynamodb" {
  vpc_id            = aws_vpc.rede.id
  service_name      = "com.amazonaws.${data.aws_region.current.name}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.rede_private.id]
  tags = {
    Name = "dev-Rede-dynamodb"
  }
}

# pipeline/src/infra.rs:10
resource "aws_vpc_endpoint" "rede_events" {
  vpc_id              = aws_vpc.rede.id
  service_name        = "com.amazonaws.${data.aws_region.current.name}.events"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
  security_group_ids  = [aws_security_group.rede_events_endpoint.id]
  tags = {
    Name = "dev-Rede-events"
  }
}

# pipeline/src/infra.rs:10
resource "aws_vpc_endpoint" "rede_sns" {
  vpc_id              = aws_vpc.rede.id
  service_name        = "com.amazonaws.${data.aws_region.current.name}.sns"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
  security_group_ids  = [aws_security_group.rede_sns_endpoint.id]
  tags = {
    Name = "dev-Rede-sns"
  }
}

# pipeline/src/infra.rs:10
resource "aws_vpc_endpoint" "rede_kinesis_streams" {
  vpc_id              = aws_vpc.rede.id
  service_name        = "com.amazonaws.${data.aws_region.current.name}.kinesis-streams"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
  security_group_ids  = [aws_security_group.rede_kinesis_streams_endpoint.id]
  tags = {
    Name = "dev-Rede-kinesis-streams"
  }
}

# pipeline/src/infra.rs:10
resource "aws_vpc_endpoint" "rede_secretsmanager" {
  vpc_id              = aws_vpc.rede.id
  service_name        = "com.amazonaws.${data.aws_region.current.name}.secretsmanager"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
  security_group_ids  = [aws_security_group.rede_secretsmanager_endpoint.id]
  tags = {
    Name = "dev-Rede-secretsmanager"
  }
}
