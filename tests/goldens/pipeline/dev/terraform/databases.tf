# pipeline/src/infra.rs:15
resource "aws_rds_cluster" "loja" {
  cluster_identifier              = "dev-ecommerce"
  engine                          = "aurora-mysql"
  database_name                   = "ecommerce"
  port                            = 3306
  master_username                 = "esteira_admin"
  manage_master_user_password     = true
  storage_encrypted               = true
  db_subnet_group_name            = aws_db_subnet_group.loja.name
  vpc_security_group_ids          = [aws_security_group.loja.id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.loja.name
  backup_retention_period         = 7
  # As CloudFormation does: what is deployed is what there is.
  apply_immediately               = true
  copy_tags_to_snapshot           = true
  enabled_cloudwatch_logs_exports = ["audit", "error", "slowquery"]
  deletion_protection             = false
  skip_final_snapshot             = true
}

# pipeline/src/infra.rs:15
resource "aws_db_subnet_group" "loja" {
  name        = "dev-ecommerce"
  description = "Private subnets of dev-ecommerce"
  subnet_ids  = [aws_subnet.rede_private_1.id, aws_subnet.rede_private_2.id]
}

# pipeline/src/infra.rs:15
resource "aws_rds_cluster_parameter_group" "loja" {
  name        = "dev-ecommerce"
  family      = "aurora-mysql8.0"
  description = "Binlog and audit log of dev-ecommerce"

  parameter {
    name         = "binlog_checksum"
    value        = "NONE"
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "binlog_format"
    value        = "ROW"
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "server_audit_events"
    value        = "CONNECT,QUERY_DCL,QUERY_DDL"
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "server_audit_logging"
    value        = "1"
    apply_method = "pending-reboot"
  }
}

# pipeline/src/infra.rs:15
resource "aws_rds_cluster_instance" "loja_1" {
  identifier                 = "dev-ecommerce-1"
  cluster_identifier         = aws_rds_cluster.loja.id
  engine                     = aws_rds_cluster.loja.engine
  instance_class             = "db.r6g.large"
  apply_immediately          = true
  publicly_accessible        = false
  auto_minor_version_upgrade = true
}

# pipeline/src/infra.rs:15
resource "aws_rds_cluster_instance" "loja_2" {
  identifier                 = "dev-ecommerce-2"
  cluster_identifier         = aws_rds_cluster.loja.id
  engine                     = aws_rds_cluster.loja.engine
  instance_class             = "db.r6g.large"
  apply_immediately          = true
  publicly_accessible        = false
  auto_minor_version_upgrade = true
}
