//! SNS.

use aws_sdk_sns::{Client, primitives::Blob, types::MessageAttributeValue};

use super::{
    config::{Config, client},
    elsewhere,
    error::translate,
};
use crate::{
    Attribute, Message,
    call::{Call, CallError, Port, Reply, Target},
    clock::BoxFuture,
    notify::Content,
};

/// The client of SNS.
pub(super) struct Topics(Client);

impl Topics {
    pub(super) fn new(config: &Config) -> Self {
        Self(client!(aws_sdk_sns, "SNS", config))
    }

    async fn send(&self, topic: &Target, message: Message) -> Result<Reply, CallError> {
        let Message { subject, body, attributes, group, deduplication } = message;
        let mut call = self
            .0
            .publish()
            .topic_arn(&*topic.name)
            .set_subject(subject)
            .message(body)
            .set_message_group_id(group)
            .set_message_deduplication_id(deduplication);
        for (name, value) in attributes {
            call = call.message_attributes(name, attribute(&value)?);
        }
        call.send().await.map_err(|error| translate(&error))?;
        Ok(Reply::Done)
    }
}

fn attribute(value: &Attribute) -> Result<MessageAttributeValue, CallError> {
    let typed = MessageAttributeValue::builder().data_type(value.data_type());
    let whole = match value.content() {
        Content::Text(text) => typed.string_value(text),
        Content::Bytes(bytes) => typed.binary_value(Blob::new(bytes)),
    };
    whole.build().map_err(|error| CallError::Invalid(error.to_string()))
}

impl Port for Topics {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            match call {
                Call::Notify { topic, message } => self.send(&topic, message).await,
                _ => Err(elsewhere()),
            }
        })
    }
}
