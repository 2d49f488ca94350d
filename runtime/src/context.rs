//! What a handler may know about the invocation it runs in.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{clock::Clock, metrics::Metrics};

/// The event a handler is running for, and its sources of time and identity.
///
/// Take time and new ids from here rather than from the system, so that a test or a simulation
/// of the handler gives the same result every time.
#[derive(Clone)]
pub struct Context {
    event_id: Arc<str>,
    trace: Option<Arc<str>>,
    deadline: SystemTime,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

impl Context {
    pub(crate) fn new(
        event_id: &str,
        trace: Option<Arc<str>>,
        deadline: SystemTime,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> Self {
        Self { event_id: event_id.into(), trace, deadline, clock, metrics }
    }

    /// The context of a test: the clock and the ids are those of `memory`, and the deadline is
    /// thirty seconds away.
    pub fn in_memory(memory: &crate::Memory) -> Self {
        let clock = memory.clock();
        let deadline = clock.now() + Duration::from_secs(30);
        Self::new("test", None, deadline, clock, memory.metrics())
    }

    /// The id of the record (`shard:sequence number`) or of the event. The same event delivered
    /// again has the same id; the same fact published again does not.
    pub fn event_id(&self) -> &str {
        &self.event_id
    }

    /// The X-Ray trace header, if the invocation is traced.
    pub fn trace(&self) -> Option<&str> {
        self.trace.as_deref()
    }

    /// When the function will be stopped.
    pub fn deadline(&self) -> SystemTime {
        self.deadline
    }

    /// The time left until the [deadline](Self::deadline).
    pub fn remaining(&self) -> Duration {
        self.deadline.duration_since(self.now()).unwrap_or_default()
    }

    /// The time now.
    pub fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// A new random (version 4) UUID, in its usual text form.
    pub fn new_id(&self) -> String {
        uuid::Builder::from_random_bytes(self.clock.random().to_be_bytes()).into_uuid().to_string()
    }

    /// Counts something: it becomes the CloudWatch metric `name` of this function, in the namespace
    /// `Esteira`, summed up over the invocation.
    ///
    /// A name has 1 to 255 ASCII characters and is not made of data: each one is a metric of its
    /// own, and is paid for. `FunctionName`, `level` and `timestamp` are taken.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
    pub fn count(&self, name: &'static str, number: usize) {
        self.metrics.add(name, number);
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }
}
