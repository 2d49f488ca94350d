data "aws_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# pipeline/src/infra.rs:10
resource "aws_vpc" "rede" {
  cidr_block         = "10.0.0.0/16"
  enable_dns_support = true
  # Endpoints take the public names of their services.
  enable_dns_hostnames = true
  tags = {
    Name = "dev-Rede"
  }
}

# pipeline/src/infra.rs:10
resource "aws_internet_gateway" "rede" {
  vpc_id = aws_vpc.rede.id
  tags = {
    Name = "dev-Rede"
  }
}

# pipeline/src/infra.rs:10
resource "aws_subnet" "rede_public_1" {
  vpc_id            = aws_vpc.rede.id
  availability_zone = data.aws_availability_zones.available.names[0]
  cidr_block        = "10.0.128.0/19"
  tags = {
    Name = "dev-Rede-public-1"
  }

  lifecycle {
    # A zone that is impaired or new shall not move the others.
    ignore_changes = [availability_zone]
  }
}

# pipeline/src/infra.rs:10
resource "aws_subnet" "rede_public_2" {
  vpc_id            = aws_vpc.rede.id
  availability_zone = data.aws_availability_zones.available.names[1]
  cidr_block        = "10.0.160.0/19"
  tags = {
    Name = "dev-Rede-public-2"
  }

  lifecycle {
    # A zone that is impaired or new shall not move the others.
    ignore_changes = [availability_zone]
  }
}

# pipeline/src/infra.rs:10
resource "aws_subnet" "rede_private_1" {
  vpc_id            = aws_vpc.rede.id
  availability_zone = data.aws_availability_zones.available.names[0]
  cidr_block        = "10.0.0.0/19"
  tags = {
    Name = "dev-Rede-private-1"
  }

  lifecycle {
    # A zone that is impaired or new shall not move the others.
    ignore_changes = [availability_zone]
  }
}

# pipeline/src/infra.rs:10
resource "aws_subnet" "rede_private_2" {
  vpc_id            = aws_vpc.rede.id
  availability_zone = data.aws_availability_zones.available.names[1]
  cidr_block        = "10.0.32.0/19"
  tags = {
    Name = "dev-Rede-private-2"
  }

  lifecycle {
    # A zone that is impaired or new shall not move the others.
    ignore_changes = [availability_zone]
  }
}

# pipeline/src/infra.rs:10
resource "aws_route_table" "rede_public" {
  vpc_id = aws_vpc.rede.id
  tags = {
    Name = "dev-Rede-public"
  }
}

# pipeline/src/infra.rs:10
resource "aws_route" "rede_public" {
  route_table_id         = aws_route_table.rede_public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.rede.id
}

# pipeline/src/infra.rs:10
resource "aws_route_table_association" "rede_public_1" {
  subnet_id      = aws_subnet.rede_public_1.id
  route_table_id = aws_route_table.rede_public.id
}

# pipeline/src/infra.rs:10
resource "aws_route_table_association" "rede_public_2" {
  subnet_id      = aws_subnet.rede_public_2.id
  route_table_id = aws_route_table.rede_public.id
}

# pipeline/src/infra.rs:10
resource "aws_route_table" "rede_private" {
  vpc_id = aws_vpc.rede.id
  tags = {
    Name = "dev-Rede-private"
  }
}

# pipeline/src/infra.rs:10
resource "aws_route_table_association" "rede_private_1" {
  subnet_id      = aws_subnet.rede_private_1.id
  route_table_id = aws_route_table.rede_private.id
}

# pipeline/src/infra.rs:10
resource "aws_route_table_association" "rede_private_2" {
  subnet_id      = aws_subnet.rede_private_2.id
  route_table_id = aws_route_table.rede_private.id
}
