# src/lib.rs:33
resource "aws_dynamodb_table" "letter" {
  name                        = "dev-Letters"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = false
  hash_key                    = "to"

  attribute {
    name = "to"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
