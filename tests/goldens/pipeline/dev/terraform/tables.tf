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
