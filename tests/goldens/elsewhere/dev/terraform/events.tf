# src/lib.rs:17
resource "aws_cloudwatch_event_bus" "post" {
  name = "dev-Post"
}
