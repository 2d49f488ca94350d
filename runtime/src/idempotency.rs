//! Handlers that are not run again for what they have done.
//!
//! AWS delivers at least once. A handler whose effect is in DynamoDB makes the effect and its
//! marker one transaction; where the effect is elsewhere, what was done is noted in a table beside
//! it, by a key that the event itself brings. Between the effect and the note there is a gap, so a
//! repetition is made rare, not impossible.
//!
//! The states and when they expire are those of Powertools for AWS Lambda:
//! <https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/>

use std::{
    any::type_name,
    fmt::Display,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::{
    __private::NoSortKey,
    CallError, Context, Delete, Detail, Key, Put, Result, Table, Update,
    connect::Connector,
    dispatch::{Frame, caught},
    handle::Seat,
    handler::{Handler, Invocation, Parameters, Prepare, Prepared},
    manifest,
};

/// The most bytes of a partition key, an empty one aside.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const MOST_BYTES: usize = 2048;

/// What remembers that a handler was called, if anything does.
///
/// It is the guard that calls the handler, so that a function without one has nothing of what the
/// others need.
#[doc(hidden)]
pub trait Guard<H: Handler>: 'static {
    type Prepared: Send + Sync;
    fn prepare<C: Connector>(connector: &C) -> Result<Self::Prepared>;
    /// Handles one record or event, unless that was done before.
    #[expect(private_interfaces, reason = "nobody outside of the crate can call it")]
    fn call<F: Future<Output = Result<()>> + Send>(
        prepared: &Self::Prepared,
        input: H::Input,
        handle: impl FnOnce(H::Input) -> F + Send,
        invocation: &Invocation,
        frame: &Frame,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Nothing is remembered.
impl<H: Handler> Guard<H> for () {
    type Prepared = ();

    fn prepare<C: Connector>(_: &C) -> Result<()> {
        Ok(())
    }
    #[expect(private_interfaces, reason = "that of the trait")]
    fn call<F: Future<Output = Result<()>> + Send>(
        (): &(),
        input: H::Input,
        handle: impl FnOnce(H::Input) -> F + Send,
        _: &Invocation,
        _: &Frame,
    ) -> impl Future<Output = Result<()>> + Send {
        handle(input)
    }
}

/// What the attribute's `idempotent` says of a handler.
#[doc(hidden)]
pub trait Idempotent: Handler {
    /// How long it is remembered, in seconds.
    const TTL: u32;
    /// What makes a repetition recognisable.
    fn key(input: &Self::Input) -> String;
}

/// The guard of an idempotent handler.
#[doc(hidden)]
#[derive(Debug)]
pub struct Once;

impl<H: Idempotent> Guard<H> for Once {
    type Prepared = Seat;

    fn prepare<C: Connector>(connector: &C) -> Result<Seat> {
        connector.table(Note::ID).map_err(Into::into)
    }

    #[expect(private_interfaces, reason = "that of the trait")]
    async fn call<F: Future<Output = Result<()>> + Send>(
        seat: &Seat,
        input: H::Input,
        handle: impl FnOnce(H::Input) -> F + Send,
        invocation: &Invocation,
        frame: &Frame,
    ) -> Result<()> {
        let key = key_of::<H>(&input)?;
        let claim = Claim::new(key, H::TTL, seat, invocation);
        claimed(claim, handle(input), invocation, frame).await
    }
}

/// What is noted of an input, which no other handler notes.
fn key_of<H: Idempotent>(input: &H::Input) -> Result<String> {
    let own = H::key(input);
    if own.is_empty() {
        // All events without one would be taken for the same.
        return Err(format!("this `{}` has an empty idempotency key", input_of::<H>()).into());
    }
    let key = format!("{}#{own}", H::ITEM.id);
    if key.len() > MOST_BYTES {
        return Err(format!(
            "the idempotency key of a `{}` has {} bytes with the handler's id, `{}`, before it: DynamoDB takes {MOST_BYTES}; make a shorter one, such as a hash, with `key = |input| …`",
            input_of::<H>(),
            key.len(),
            H::ITEM.id
        )
        .into());
    }
    Ok(key)
}

fn input_of<H: Handler>() -> &'static str {
    type_name::<H::Input>()
}

/// What is noted of one key.
#[derive(Debug, Clone, PartialEq, Detail, Serialize, Deserialize)]
struct Note {
    /// The handler's id and the key of its input.
    key: String,
    state: State,
    /// The claim that wrote it: the answer to a write may be lost, and the write repeated.
    owner: String,
    /// The deadline of the invocation that is at it, in milliseconds since 1970: past that it is
    /// stopped, and if the note still says that it is in progress, it has failed.
    in_progress_until: u64,
    /// In seconds since 1970. DynamoDB deletes it within days of that, so it is compared as well.
    expires: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Detail, Serialize, Deserialize)]
enum State {
    #[serde(rename = "INPROGRESS")]
    InProgress,
    #[serde(rename = "COMPLETE")]
    Complete,
}

// By hand, because a derive would declare the table for every application.
impl Table for Note {
    const ID: &'static str = manifest::Idempotent::TABLE;
    const PARTITION_KEY: &'static str = manifest::Idempotent::PARTITION_KEY;
    const SORT_KEY: Option<&'static str> = None;
    type Partition = String;
    type Sort = NoSortKey;
}

/// The claim of one record or event to its key.
struct Claim {
    key: String,
    owner: String,
    /// In seconds.
    ttl: u64,
    context: Context,
    puts: Put<Note>,
    updates: Update<Note>,
    deletes: Delete<Note>,
}

impl Claim {
    fn new(key: String, ttl: u32, seat: &Seat, invocation: &Invocation) -> Self {
        Self {
            key,
            owner: invocation.context.new_id(),
            ttl: ttl.into(),
            context: invocation.context.clone(),
            puts: Put::begin(seat, invocation),
            updates: Update::begin(seat, invocation),
            deletes: Delete::begin(seat, invocation),
        }
    }

    /// Takes the key, unless it is done already: whether the handler is to be called.
    ///
    /// # Errors
    ///
    /// Another invocation is at it, which may still fail.
    async fn take(&self) -> Result<bool> {
        let now = self.context.now();
        let note = Note {
            key: self.key.clone(),
            state: State::InProgress,
            owner: self.owner.clone(),
            in_progress_until: milliseconds(self.context.deadline()),
            expires: self.expires(),
        };
        let put = self.puts.put(&note).when(|there| {
            let expired = there.expires.less_than(seconds(now));
            let in_progress = there.state.equals(&State::InProgress);
            let given_up = in_progress.and(there.in_progress_until.less_than(milliseconds(now)));
            let ours = there.owner.equals(&self.owner);
            there.key.absent().or(expired).or(given_up).or(ours)
        });
        match put.await {
            Ok(()) => Ok(true),
            Err(CallError::ConditionFailed { existing: Some(there) }) => {
                match there.read::<Note>()?.state {
                    State::Complete => {
                        tracing::info!(idempotency_key = self.key, "done before, not again");
                        Ok(false)
                    }
                    State::InProgress => Err(format!(
                        "another invocation is at `{}`; this one fails, so that it comes again",
                        self.key
                    )
                    .into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Notes that it is done.
    ///
    /// A failure is only told: were it one of the record, the effect would be repeated for certain.
    async fn complete(&self) {
        let update = self
            .updates
            .update(self.note())
            .set(|note| note.state.to(&State::Complete))
            .set(|note| note.expires.to(&self.expires()))
            .when(|note| note.owner.equals(&self.owner));
        if let Err(error) = update.await {
            tracing::error!(idempotency_key = self.key, %error, "done, but not noted");
        }
    }

    /// Lets the key go, so that the next delivery need not wait for this one's deadline.
    async fn release(&self) {
        let delete = self.deletes.delete(self.note()).when(|note| note.owner.equals(&self.owner));
        if let Err(error) = delete.await {
            tracing::warn!(idempotency_key = self.key, %error, "failed, and not noted");
        }
    }

    fn note(&self) -> Key<Note> {
        Key::new(&[(Note::PARTITION_KEY, &self.key)])
    }

    fn expires(&self) -> u64 {
        seconds(self.context.now()) + self.ttl
    }
}

/// Calls a handler, unless it was called before for what its input is about.
///
/// What a guarded handler published leaves before it counts as done.
pub(crate) fn call<H>(
    prepared: &Prepared<H>,
    input: H::Input,
    invocation: &Invocation,
    frame: &Frame,
) -> impl Future<Output = Result<()>> + Send
where
    H: Handler<Parameters: Parameters>,
{
    let handle = |input| H::call(input, H::Parameters::begin(&prepared.parameters, invocation));
    H::Guard::call(&prepared.guard, input, handle, invocation, frame)
}

/// Calls a handler that has to claim its key first.
async fn claimed(
    claim: Claim,
    handled: impl Future<Output = Result<()>>,
    invocation: &Invocation,
    frame: &Frame,
) -> Result<()> {
    if !claim.take().await? {
        return Ok(());
    }
    let work = async {
        caught(handled).await?;
        invocation.outbox.send_all(frame).await
    };
    let result = work.await;
    match &result {
        Ok(()) => claim.complete().await,
        Err(_) => claim.release().await,
    }
    result
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A value that can make a repetition recognisable.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an idempotency key",
    label = "has no text",
    note = "a key is a value that implements `Display`, such as a text or a number; it may be made of several: `key = |input| format!(…)`"
)]
pub trait IdempotencyKey {
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<K: Display + ?Sized> IdempotencyKey for K {
    fn text(&self) -> String {
        self.to_string()
    }
}

/// The key that a field is.
#[doc(hidden)]
pub fn idempotency_key<K: IdempotencyKey + ?Sized>(key: &K) -> String {
    key.text()
}

/// The key that a closure makes of the input; it may be borrowed from it.
#[doc(hidden)]
pub fn idempotency_key_by<'a, I, K: IdempotencyKey>(
    input: &'a I,
    key: impl FnOnce(&'a I) -> K,
) -> String {
    key(input).text()
}

#[cfg(test)]
mod tests;
