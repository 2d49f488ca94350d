# src/lib.rs:20
resource "aws_cloudwatch_event_bus" "post" {
  name = "dev-Post"
}
