//! Which sensors were quiet in a shift: of all that are known, which no handle can list.

use std::{future::Future, pin::Pin, sync::Arc};

use esteira::{Notify, Raw, Result, on_event};
use serde::Deserialize;

use crate::plant::{Alive, OnDuty, Plant};

/// As much of the tool's event as is of interest.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Shift {
    /// The beats that a sensor in order has by its end.
    beats: u32,
}

/// Every sensor that was ever heard of.
#[derive(Clone)]
pub(crate) struct Roll(Arc<dyn Call>);

/// What it takes to call the roll: DynamoDB, or a list in a test.
trait Call: Send + Sync {
    fn call(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Alive>>> + Send + '_>>;
}

#[on_event(
    rule = raw(Plant, { "source": ["maintenance.tool"], "detail-type": ["Shift Ended"] }),
    allow(actions("dynamodb:Scan"), on = Alive),
)]
async fn report_quiet_sensors(
    shift: Shift,
    roll: Raw<Roll>,
    on_duty: Notify<OnDuty>,
) -> Result<()> {
    let mut quiet = roll.0.call().await?;
    quiet.retain(|sensor| sensor.beats < shift.beats);
    quiet.sort_by(|a, b| a.sensor.cmp(&b.sensor));
    if quiet.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = quiet.iter().map(|sensor| sensor.sensor.as_str()).collect();
    on_duty.notify(format!("quiet: {}", names.join(", "))).await?;
    Ok(())
}

#[cfg(feature = "lambda")]
mod aws {
    use aws_sdk_dynamodb::Client;
    use esteira::{Connection, RawClient};

    use super::*;

    struct Table {
        client: Client,
        name: String,
    }

    impl RawClient for Roll {
        fn connect(connection: &Connection) -> Result<Self> {
            let client = Client::new(connection.sdk_config());
            let name = connection.name::<Alive>()?.to_owned();
            Ok(Self(Arc::new(Table { client, name })))
        }
    }

    impl Call for Table {
        fn call(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Alive>>> + Send + '_>> {
            Box::pin(async {
                let scan = self.client.scan().table_name(&self.name);
                let mut items = scan.into_paginator().items().send();
                let mut sensors = Vec::new();
                while let Some(item) = items.next().await {
                    sensors.push(serde_dynamo::from_item(item?)?);
                }
                Ok(sensors)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    struct List(Vec<(&'static str, u32)>);

    impl Call for List {
        fn call(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Alive>>> + Send + '_>> {
            let alive = |&(sensor, beats): &(&str, u32)| Alive { sensor: sensor.into(), beats };
            Box::pin(std::future::ready(Ok(self.0.iter().map(alive).collect())))
        }
    }

    /// What is told of the sensors at the end of a shift of ten beats.
    async fn told(sensors: Vec<(&'static str, u32)>) -> Vec<String> {
        let memory = Memory::new();
        let roll = Raw::new(Roll(Arc::new(List(sensors))));
        report_quiet_sensors(Shift { beats: 10 }, roll, Notify::in_memory(&memory))
            .await
            .expect("is told");
        memory.messages::<OnDuty>().into_iter().map(|message| message.body).collect()
    }

    #[tokio::test]
    async fn sensors_with_too_few_beats_are_told_of_by_name() {
        assert_eq!(told(vec![("b", 9), ("c", 10), ("a", 0)]).await, ["quiet: a, b"]);
    }

    #[tokio::test]
    async fn nobody_is_told_if_all_beat() {
        assert_eq!(told(vec![("a", 10), ("b", 11)]).await, Vec::<String>::new());
        assert_eq!(told(vec![]).await, Vec::<String>::new());
    }
}
