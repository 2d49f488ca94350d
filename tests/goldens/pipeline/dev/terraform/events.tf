# pipeline/src/infra.rs:30
resource "aws_cloudwatch_event_bus" "ecommerce" {
  name = "dev-EcommerceEventBus"
}
