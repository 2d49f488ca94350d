//! The real time, and real chance.

use std::time::{Duration, SystemTime};

use crate::{
    call::{CallError, Reply},
    clock::{BoxFuture, Clock},
};

/// The clock of the machine.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
    fn until(&self, moment: SystemTime) -> BoxFuture<'_, ()> {
        self.sleep(moment.duration_since(self.now()).unwrap_or_default())
    }
    fn within<'a>(
        &'a self,
        deadline: SystemTime,
        call: BoxFuture<'a, Result<Reply, CallError>>,
    ) -> BoxFuture<'a, Result<Reply, CallError>> {
        Box::pin(async move {
            let left = deadline.duration_since(self.now()).unwrap_or_default();
            match tokio::time::timeout(left, call).await {
                Ok(result) => result,
                Err(_) => Err(CallError::Unavailable(
                    "no answer came before the function's time was over".into(),
                )),
            }
        })
    }
    fn random(&self) -> u128 {
        uuid::Uuid::new_v4().as_u128()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_without_answer_is_given_up_at_the_deadline() {
        let deadline = SystemClock.now() + Duration::from_millis(20);
        let result = SystemClock.within(deadline, Box::pin(std::future::pending())).await;
        assert!(matches!(result, Err(CallError::Unavailable(_))), "{result:?}");
        let answered = Box::pin(std::future::ready(Ok(Reply::Done)));
        assert!(SystemClock.within(deadline, answered).await.is_ok());
    }
}
