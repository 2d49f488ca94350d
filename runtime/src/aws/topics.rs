//! SNS.

use aws_sdk_sns::Client;

use super::{
    config::{Config, client},
    elsewhere,
    error::translate,
};
use crate::{
    call::{Call, CallError, Message, Port, Reply},
    clock::BoxFuture,
};

/// The client of SNS.
pub(super) struct Topics(Client);

impl Topics {
    pub(super) fn new(config: &Config) -> Self {
        Self(client!(aws_sdk_sns, "SNS", config))
    }

    async fn send(&self, message: Message) -> Result<Reply, CallError> {
        self.0
            .publish()
            .topic_arn(&*message.topic.name)
            .set_subject(message.subject)
            .message(message.body)
            .send()
            .await
            .map_err(|error| translate(&error))?;
        Ok(Reply::Done)
    }
}

impl Port for Topics {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            match call {
                Call::Notify(message) => self.send(message).await,
                _ => Err(elsewhere()),
            }
        })
    }
}
