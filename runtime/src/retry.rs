//! Trying again, within the time the function has.

use std::time::{Duration, SystemTime};

use crate::{
    call::{CallError, Reply},
    clock::{BoxFuture, Clock},
};

/// The longest first wait; each further one may be twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(25);
const LONGEST: Duration = Duration::from_secs(1);

/// What is left of the function's time when no further try is started, so that the failure can
/// still be reported.
const MARGIN: Duration = Duration::from_millis(500);

/// What is left when a call that has no answer is given up: time to say which record it was. The
/// timeouts of the clients know nothing of the function's.
const REPORT: Duration = Duration::from_millis(200);

/// Waits before try number `attempt` (from one) with full jitter, or says that there is no time.
pub(crate) async fn pause(clock: &dyn Clock, deadline: SystemTime, attempt: u32) -> bool {
    let longest = FIRST.saturating_mul(1 << (attempt - 1).min(10)).min(LONGEST);
    let jitter = (clock.random() % (longest.as_micros() + 1)) as u64;
    let wait = Duration::from_micros(jitter);
    let left = deadline.duration_since(clock.now()).unwrap_or_default();
    if wait + MARGIN > left {
        return false;
    }
    clock.sleep(wait).await;
    true
}

/// Repeats `call` while its failure is transient and there is time.
pub(crate) async fn retry<'a>(
    clock: &'a dyn Clock,
    deadline: SystemTime,
    mut call: impl FnMut() -> BoxFuture<'a, Result<Reply, CallError>>,
) -> Result<Reply, CallError> {
    let mut attempt = 0;
    loop {
        match clock.within(deadline - REPORT, call()).await {
            Err(error) if error.is_transient() => {
                attempt += 1;
                tracing::debug!(attempt, %error, "trying again");
                if !pause(clock, deadline, attempt).await {
                    return Err(error);
                }
            }
            result => return result,
        }
    }
}
