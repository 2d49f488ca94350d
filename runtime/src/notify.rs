//! Sending messages to a topic.

use std::{future::IntoFuture, marker::PhantomData};

use crate::{
    Topic,
    call::{Call, CallError, Message},
    clock::BoxFuture,
    handle::{Handle, Seat, may},
};

/// The most bytes of a message of a topic with default settings.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const MOST_BYTES: usize = 256 * 1024;

/// The first length, in characters, that a subject may not have.
const SUBJECT_LIMIT: usize = 100;

impl<T: Topic, A> Handle<T, A> {
    /// Sends a message to every subscriber of the topic.
    pub fn notify(&self, body: impl Into<String>) -> Notification<T>
    where
        A: may::Notify,
    {
        Notification {
            seat: self.seat.clone(),
            message: Message { topic: self.seat.target.clone(), subject: None, body: body.into() },
            marker: PhantomData,
        }
    }
}

/// A message on its way to a topic.
#[must_use = "a notification is not sent until it is awaited"]
pub struct Notification<T> {
    seat: Seat,
    message: Message,
    marker: PhantomData<fn() -> T>,
}

impl<T> Notification<T> {
    /// The subject that e-mail subscribers see: under 100 characters, no line breaks.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.message.subject = Some(subject.into());
        self
    }
}

impl Message {
    fn check(&self) -> Result<(), String> {
        if self.body.is_empty() {
            return Err("a message needs a text".into());
        }
        if self.body.len() > MOST_BYTES {
            return Err(format!(
                "a message of {} bytes is too large: SNS takes {MOST_BYTES}",
                self.body.len()
            ));
        }
        let Some(subject) = &self.subject else { return Ok(()) };
        let length = subject.chars().count();
        if length == 0 || length >= SUBJECT_LIMIT {
            return Err(format!(
                "a subject has 1 to {} characters; this one has {length}",
                SUBJECT_LIMIT - 1
            ));
        }
        if subject.chars().any(char::is_control) {
            return Err("a subject has no line breaks or control characters".into());
        }
        Ok(())
    }
}

impl<T: Topic> IntoFuture for Notification<T> {
    type Output = Result<(), CallError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.message
                .check()
                .map_err(|why| CallError::Invalid(format!("to topic `{}`: {why}", T::ID)))?;
            self.seat.call(&Call::Notify(self.message)).await.map(drop)
        })
    }
}
