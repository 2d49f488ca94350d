//! The types of topics, and what each asks of a message. The compiler asks it too, where the
//! message is sent.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html>

/// A topic that delivers at least once, in any order, to subscribers of every kind.
#[derive(Debug)]
pub struct Standard;

/// A topic that delivers a message once, and those of one group in order, to SQS FIFO queues.
///
/// It has no subscribers but SQS queues; a standard one keeps neither promise
/// (<https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html>).
#[derive(Debug)]
pub struct Fifo;

/// That a message has no such id yet.
#[derive(Debug)]
pub struct Missing;

/// That a message has such an id.
#[derive(Debug)]
pub struct Given;

mod sealed {
    pub trait Kind {}
    impl Kind for super::Standard {}
    impl Kind for super::Fifo {}
}

/// [`Standard`] or [`Fifo`].
pub trait Kind: sealed::Kind + 'static {}

impl Kind for Standard {}
impl Kind for Fifo {}

/// A topic that drops what it was sent already.
#[diagnostic::on_unimplemented(
    message = "a message to a standard topic has no deduplication id",
    label = "the topic is not `fifo`",
    note = "a standard topic drops no repetition: leave the id out, or declare the topic with `#[topic(name = \"…\", fifo)]`"
)]
pub trait Deduplicates: Kind {}

impl Deduplicates for Fifo {}

/// A topic that takes a message whose group and deduplication id are [`Given`] or [`Missing`].
#[diagnostic::on_unimplemented(
    message = "a message to a FIFO topic needs a group and a deduplication id",
    label = "not complete: its group and its deduplication id are {Group} and {Deduplication}",
    note = "write `.notify(…).group(\"…\").deduplication(\"…\").await`: messages of one group are delivered in order, and of one deduplication id a topic delivers one message in five minutes"
)]
pub trait Takes<Group, Deduplication>: Kind {}

// One with a deduplication id is refused where it would be given.
impl<Group, Deduplication> Takes<Group, Deduplication> for Standard {}
impl Takes<Given, Given> for Fifo {}
