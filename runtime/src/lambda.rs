//! The entry points of the Lambda binaries.

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime},
};

use lambda_runtime::{LambdaEvent, Runtime, service_fn, tower::util::MapFutureLayer};
use serde::{Serialize, de::DeserializeOwned};
use tracing::Instrument;

use crate::{
    Record,
    aws::{Environment, SystemClock},
    clock::Clock,
    dispatch::{
        self, Envelope, Frame, Stop,
        batch::{Batch, batch},
    },
    error::{Error, Result},
    handler::{Handler, Parameters, Prepared},
    metrics::Metrics,
};

mod embedded;
mod fields;
mod log;
mod shutdown;

use embedded::Emf;
use shutdown::Shutdown;

/// Runs the handler of a Kinesis stream.
pub fn kinesis<H: Handler<Input: Record, Parameters: Parameters>>() -> ExitCode {
    run(async |function: Function| {
        let prepared = &Prepared::<H>::new(&function.environment)?;
        function
            .serve(async |records: Batch, frame: &Frame| {
                Ok(batch::<H>(prepared, records, frame).await)
            })
            .await
    })
}

/// Runs the target of an EventBridge rule.
pub fn event<H: Handler<Input: DeserializeOwned, Parameters: Parameters>>() -> ExitCode {
    run(async |function: Function| {
        let prepared = &Prepared::<H>::new(&function.environment)?;
        function
            .serve(async |envelope: Envelope, frame: &Frame| {
                dispatch::event::<H>(prepared, envelope, frame).await.map_err(|error| {
                    // Whole, because Lambda passes on the message alone.
                    let error = dispatch::chain(&*error);
                    tracing::error!(%error, "event failed");
                    Error::from(error)
                })
            })
            .await
    })
}

/// What a function has from its start to its end.
struct Function {
    clock: Arc<dyn Clock>,
    environment: Environment,
    emf: Emf,
    shutdown: Shutdown,
}

impl Function {
    /// Serves invocations, one after the other, until the process is told to end.
    async fn serve<I: DeserializeOwned, O: Serialize>(
        &self,
        handle: impl AsyncFn(I, &Frame) -> Result<O>,
    ) -> Result<()> {
        let (handle, stop) = (&handle, self.shutdown.told());
        let service = service_fn(move |event: LambdaEvent<I>| {
            let frame = self.frame(&event.context, stop.clone());
            let span = tracing::error_span!("invocation", request_id = event.context.request_id);
            async move {
                let answer = handle(event.payload, &frame).await;
                self.emf.write(&frame.metrics);
                answer
            }
            .instrument(span)
        });
        let idle = self.shutdown.idle();
        let noticed = MapFutureLayer::new(|invocation| Shutdown::notice(idle.clone(), invocation));
        let runtime = Runtime::new(service).layer(noticed);
        tokio::select! {
            ended = runtime.run() => ended,
            () = self.shutdown.finished() => Ok(()),
        }
    }

    fn frame(&self, context: &lambda_runtime::Context, stop: Stop) -> Frame {
        Frame {
            clock: self.clock.clone(),
            deadline: SystemTime::UNIX_EPOCH + Duration::from_millis(context.deadline),
            trace: context.xray_trace_id.as_deref().map(Into::into),
            metrics: Metrics::default(),
            stop,
        }
    }
}

fn run(main: impl AsyncFnOnce(Function) -> Result<()>) -> ExitCode {
    log::start();
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| {
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let environment = Environment::new(std::env::vars(), clock.clone())?;
            let emf = Emf::from_environment();
            runtime.block_on(async {
                let shutdown = Shutdown::listen().await?;
                main(Function { clock, environment, emf, shutdown }).await
            })
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %dispatch::chain(&*error), "the function cannot start");
            ExitCode::FAILURE
        }
    }
}
