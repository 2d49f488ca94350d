//! What the maintenance tool tells: its events are no types of ours.

use esteira::{Context, Delete, Get, Query, Result, on_event};
use serde::Deserialize;

use crate::plant::{Alive, Measurement, Plant};

/// As much of the tool's event as is of interest.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WorkOrder {
    sensor: u64,
}

#[on_event(
    rule = raw(Plant, {
        "source": ["maintenance.tool"],
        "detail-type": [{ "prefix": "Work Order" }],
        "detail": { "kind": ["replace", "retire"], "cost": [{ "numeric": ["<", 1e4] }] },
    }),
    timeout = 120,
)]
async fn forget_sensor(
    order: WorkOrder,
    alive: Get<Alive>,
    past: Query<Measurement>,
    history: Delete<Measurement>,
    ctx: Context,
) -> Result<()> {
    if alive.get(Alive::key(order.sensor.to_string())).consistent().await?.is_some() {
        return Err(format!("{}: sensor {} still beats", ctx.event_id(), order.sensor).into());
    }
    for measurement in past.query(order.sensor).await? {
        history.delete(Measurement::key(measurement.sensor, measurement.at)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    async fn forget(memory: &Memory) -> Result<()> {
        forget_sensor(
            WorkOrder { sensor: 3 },
            Get::in_memory(memory),
            Query::in_memory(memory),
            Delete::in_memory(memory),
            Context::in_memory(memory),
        )
        .await
    }

    #[tokio::test]
    async fn only_the_history_of_the_sensor_is_forgotten() {
        let memory = Memory::new();
        for (sensor, at) in [(3, 1), (4, 1), (3, 2)] {
            memory.insert(&Measurement { sensor, at, celsius: 20.0 }).expect("has a key");
        }
        forget(&memory).await.expect("is forgotten");
        assert_eq!(
            memory.items::<Measurement>(),
            [Measurement { sensor: 4, at: 1, celsius: 20.0 }]
        );
    }

    #[tokio::test]
    async fn a_sensor_that_beats_is_not_forgotten() {
        let memory = Memory::new();
        memory.insert(&Alive { sensor: "3".into(), beats: 1 }).expect("has a key");
        let error = forget(&memory).await.expect_err("it beats");
        assert_eq!(error.to_string(), "test: sensor 3 still beats");
    }
}
