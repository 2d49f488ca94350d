# pipeline/src/infra.rs:13
resource "aws_cloudwatch_event_bus" "ecommerce" {
  name = "dev-EcommerceEventBus"
}
