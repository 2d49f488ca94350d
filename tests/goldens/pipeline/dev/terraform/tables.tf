# pipeline/src/inventario.rs:17
resource "aws_dynamodb_table" "inventario" {
  name                        = "dev-Inventario"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = false
  hash_key                    = "ProdutoID"
  range_key                   = "DataAtualizacao"

  attribute {
    name = "ProdutoID"
    type = "S"
  }

  attribute {
    name = "DataAtualizacao"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

# pipeline/src/handlers/notificar_cliente.rs:15
resource "aws_dynamodb_table" "idempotency" {
  name                        = "dev-PipelineIdempotency"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = false
  hash_key                    = "key"

  attribute {
    name = "key"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}
