//! Running a function, and the time it has.

use std::{
    env,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lambda_runtime::{Context, Error};

/// What is kept of the function's time to report what was not done.
const MARGIN: Duration = Duration::from_millis(500);

/// Runs `main`, which builds the clients and then serves invocations.
pub fn run(main: impl AsyncFnOnce() -> Result<(), Error>) -> ExitCode {
    crate::logs::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(main())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %chain(&*error), "the function cannot start");
            ExitCode::FAILURE
        }
    }
}

/// The function's name, a dimension of its metrics.
pub fn name() -> String {
    env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default()
}

/// When an invocation is stopped.
pub fn deadline(context: &Context) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(context.deadline)
}

/// Waits before try `attempt` (from one) with full jitter, or says that there is no time.
pub async fn pause(deadline: SystemTime, attempt: u32) -> bool {
    let longest = Duration::from_millis((25_u64 << (attempt - 1).min(5)).min(1_000));
    let wait = longest.mul_f64(fastrand::f64());
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    if wait + MARGIN > left {
        return false;
    }
    tokio::time::sleep(wait).await;
    true
}

/// The answer of a call to AWS, or an error shortly before the function would be stopped.
pub async fn within<T, E: Into<Error>>(
    deadline: SystemTime,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, Error> {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    match tokio::time::timeout(left.saturating_sub(MARGIN), call).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err("no answer came before the function's time was over".into()),
    }
}

/// An error with what caused it: Lambda passes on the message alone.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
