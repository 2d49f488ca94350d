# tests/apps/sensors/src/plant.rs:24
resource "aws_sns_topic" "on_duty" {
  name              = "OnDuty"
  kms_master_key_id = "alias/aws/sns"
}
