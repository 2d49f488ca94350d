//! Sending messages to a topic.

mod attribute;
mod message;

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

pub use attribute::Attribute;
#[cfg(feature = "aws")]
pub(crate) use attribute::Content;
pub use message::Message;

use crate::{
    Topic,
    call::{Call, CallError},
    clock::BoxFuture,
    handle::{Handle, Seat, may},
    topic::{Deduplicates, Given, Missing, Takes},
};

impl<T: Topic, A> Handle<T, A> {
    /// Sends a message to every subscriber of the topic, once it is awaited. To a FIFO topic it
    /// needs a [group](Notification::group) and a
    /// [deduplication id](Notification::deduplication).
    pub fn notify(&self, body: impl Into<String>) -> Notification<T>
    where
        A: may::Notify,
    {
        Notification::new(self.seat.clone(), Message { body: body.into(), ..Message::default() })
    }
}

/// A message on its way to a topic.
///
/// Whether it has a group and a deduplication id is part of its type, since that decides which
/// [type of topic](crate::topic) takes it.
///
/// ```
/// use esteira::{Memory, Notify, Topic};
///
/// #[derive(Topic)]
/// #[topic(name = "Shipments", fifo)]
/// struct Shipments;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let memory = Memory::new();
/// let shipments = Notify::<Shipments>::in_memory(&memory);
/// for _delivery in 0..2 {
///     let message = shipments.notify("order 7 left the warehouse").attribute("country", "BR");
///     message.group("order-7").deduplication("order-7-left").await?;
/// }
/// let messages = memory.messages::<Shipments>();
/// assert_eq!(messages.len(), 1);
/// assert_eq!(messages[0].attributes["country"], "BR".into());
/// # Ok::<(), esteira::CallError>(())
/// # }).unwrap();
/// ```
#[must_use = "a notification is not sent until it is awaited"]
pub struct Notification<T, Group = Missing, Deduplication = Missing> {
    seat: Seat,
    message: Message,
    /// From the first poll on.
    sending: Option<BoxFuture<'static, Result<(), CallError>>>,
    marker: Marker<T, Group, Deduplication>,
}

/// Holds none of the types, so that it is `Send` whatever they are.
type Marker<T, Group, Deduplication> = PhantomData<fn() -> (T, Group, Deduplication)>;

impl<T, Group, Deduplication> Notification<T, Group, Deduplication> {
    fn new(seat: Seat, message: Message) -> Self {
        Self { seat, message, sending: None, marker: PhantomData }
    }

    /// The subject that e-mail subscribers see: under 100 characters, no line breaks.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.message.subject = Some(subject.into());
        self
    }

    /// An attribute, which the filter policies of subscriptions can ask for: text, a number or a
    /// list of texts; or bytes, which they cannot. Of two with one name the last counts.
    ///
    /// A name has up to 256 ASCII letters, digits, `_`, `-` and `.`; it neither begins nor ends
    /// with a `.` or has two in a row, and does not begin with `AWS.` or `Amazon.`. A message has
    /// at most 10 attributes: a queue with raw message delivery would not get one with more.
    ///
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Attribute>) -> Self {
        self.message.attributes.insert(name.into(), value.into());
        self
    }

    /// The group of the message: a FIFO topic keeps the order within it. A standard topic hands it
    /// to SQS queues, which then serve all groups fairly.
    ///
    /// 1 to 128 ASCII letters, digits and punctuation.
    /// <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-grouping.html>
    pub fn group(mut self, id: impl Into<String>) -> Notification<T, Given, Deduplication> {
        self.message.group = Some(id.into());
        Notification::new(self.seat, self.message)
    }

    /// What makes the message the same as another: of those with one id, the topic takes all and
    /// delivers the first of every five minutes. Derived from what is handled, such as the id of
    /// an event, it makes a second delivery of that harmless.
    ///
    /// 1 to 128 ASCII letters, digits and punctuation.
    /// <https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html>
    pub fn deduplication(mut self, id: impl Into<String>) -> Notification<T, Group, Given>
    where
        T: Topic<Kind: Deduplicates>,
    {
        self.message.deduplication = Some(id.into());
        Notification::new(self.seat, self.message)
    }
}

/// A future itself, not what becomes one: of a bound of `IntoFuture` the compiler would say only
/// that this is no future.
impl<T, Group, Deduplication> Future for Notification<T, Group, Deduplication>
where
    T: Topic<Kind: Takes<Group, Deduplication>>,
{
    type Output = Result<(), CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { seat, message, sending, .. } = &mut *self;
        let sending = sending.get_or_insert_with(|| {
            let (seat, message) = (seat.clone(), std::mem::take(message));
            Box::pin(async move {
                message
                    .check()
                    .map_err(|why| CallError::Invalid(format!("to topic `{}`: {why}", T::ID)))?;
                let topic = seat.target.clone();
                seat.call(&Call::Notify { topic, message }).await.map(drop)
            })
        });
        sending.as_mut().poll(context)
    }
}
