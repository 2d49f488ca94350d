# src/lib.rs:23
resource "aws_cloudwatch_event_bus" "post" {
  name = "dev-Post"
}
