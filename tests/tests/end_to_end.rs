//! Each application the whole way: deployed by the real Terraform on an emulator of its own, then
//! used from outside, through the built functions with their generated roles.

use esteira_tests::deployment;

#[path = "end_to_end/pipeline.rs"]
mod pipeline;
#[path = "end_to_end/sensors.rs"]
mod sensors;
mod shop;

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn an_order_goes_through() -> anyhow::Result<()> {
        deployment::check("pipeline", pipeline::scenario)
    }

    #[test]
    fn a_hot_sensor_wakes_somebody() -> anyhow::Result<()> {
        deployment::check("sensors", sensors::scenario)
    }
}
