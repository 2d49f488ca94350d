//! The entry points of the Lambda binaries.

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime},
};

use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;

use crate::{
    Record,
    aws::{Environment, SystemClock},
    clock::Clock,
    dispatch::{self, Batch, Envelope, Frame},
    error::{Error, Result},
    handler::{Handler, Parameters, Prepared},
};

mod log;

/// Runs the handler of a Kinesis stream.
pub fn kinesis<H: Handler<Input: Record, Parameters: Parameters>>() -> ExitCode {
    run(async |clock, environment| {
        let prepared = &Prepared::<H>::new(&environment)?;
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Batch>| {
            let frame = frame(clock.clone(), &event.context);
            Ok::<_, std::convert::Infallible>(
                dispatch::batch::<H>(prepared, event.payload, &frame).await,
            )
        }))
        .await
    })
}

/// Runs the target of an EventBridge rule.
pub fn event<H: Handler<Input: DeserializeOwned, Parameters: Parameters>>() -> ExitCode {
    run(async |clock, environment| {
        let prepared = &Prepared::<H>::new(&environment)?;
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Envelope>| {
            let frame = frame(clock.clone(), &event.context);
            dispatch::event::<H>(prepared, event.payload, &frame).await.map_err(|error| {
                // Whole, because Lambda passes on the message alone.
                let error = dispatch::chain(&*error);
                tracing::error!(%error, "event failed");
                Error::from(error)
            })
        }))
        .await
    })
}

fn frame(clock: Arc<dyn Clock>, context: &lambda_runtime::Context) -> Frame {
    Frame {
        clock,
        deadline: SystemTime::UNIX_EPOCH + Duration::from_millis(context.deadline),
        trace: context.xray_trace_id.clone(),
    }
}

fn run(main: impl AsyncFnOnce(Arc<dyn Clock>, Environment) -> Result<()>) -> ExitCode {
    log::start();
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let environment = Environment::new(std::env::vars(), clock.clone())?;
            runtime.block_on(main(clock, environment))
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %dispatch::chain(&*error), "the function cannot start");
            ExitCode::FAILURE
        }
    }
}
