# tests/apps/sensors/src/plant.rs:19
resource "aws_cloudwatch_event_bus" "plant" {
  name = "Plant"
}
