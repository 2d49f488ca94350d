# tests/apps/sensors/src/plant.rs:66
resource "aws_dynamodb_table" "alive" {
  name                        = "Alive"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
  hash_key                    = "sensor"

  attribute {
    name = "sensor"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}

# tests/apps/sensors/src/plant.rs:57
resource "aws_dynamodb_table" "measurement" {
  name                        = "History"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
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

  lifecycle {
    prevent_destroy = true
  }
}

# tests/apps/sensors/src/readings.rs:53
resource "aws_dynamodb_table" "idempotency" {
  name                        = "SensorsIdempotency"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
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

  lifecycle {
    prevent_destroy = true
  }
}
