# tests/apps/sensors/src/plant.rs:66
resource "aws_dynamodb_table" "alive" {
  name                        = "dev-Alive"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = false
  hash_key                    = "sensor"

  attribute {
    name = "sensor"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

# tests/apps/sensors/src/plant.rs:57
resource "aws_dynamodb_table" "measurement" {
  name                        = "dev-History"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = false
  hash_key                    = "sensor"
  range_key                   = "at"

  attribute {
    name = "sensor"
    type = "N"
  }

  attribute {
    name = "at"
    type = "N"
  }

  point_in_time_recovery {
    enabled = true
  }
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_dynamodb_table" "idempotency" {
  name                        = "dev-SensorsIdempotency"
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
