# pipeline/src/inventario.rs:17
resource "aws_dynamodb_table" "inventario" {
  name                        = "loja-prod-Inventario"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
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

  lifecycle {
    prevent_destroy = true
  }
}
