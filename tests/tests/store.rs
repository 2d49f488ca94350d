//! One suite for the store in memory and for the clients of AWS: what both must do, and that it
//! takes the permissions of the handles, each of them and no other.

use std::collections::BTreeSet;

use esteira::{
    __private::{Registered, inventory},
    CallError, Delete, Get, Memory, Message, Notify, Publish, Put, Query, Raw, Update,
    manifest::{Action, Grant, Handler, Idempotent, Item, Kind, Role},
};
use scenarios::{
    Audience, Programme, Spoken, Wanted,
    library::{Entered, Library, browse},
    play,
};

#[path = "store/acts.rs"]
mod acts;
#[path = "store/aws.rs"]
mod system;

/// A handler of the application.
fn handler(name: &str) -> &'static Handler {
    let handler = items().find_map(|item| match &item.kind {
        Kind::Handler(handler) if item.name() == name => Some(handler),
        _ => None,
    });
    handler.expect("it is registered")
}

/// The permissions that a handler's handles are, and those of what remembers for it.
fn granted(name: &str) -> BTreeSet<Grant> {
    let handler = handler(name);
    let handles = handler.parameters.iter().filter_map(|parameter| match &parameter.role {
        Role::Handle(grant) => Some(grant.clone()),
        Role::Input | Role::Context | Role::Raw => None,
    });
    let own = [Action::PutItem, Action::UpdateItem, Action::DeleteItem]
        .map(|action| Grant { action, resource: Idempotent::TABLE.into() });
    handles.chain(own.into_iter().filter(|_| handler.idempotent.is_some())).collect()
}

/// What the application declares.
fn items() -> impl Iterator<Item = &'static Item> {
    let items = inventory::iter::<Registered>.into_iter().map(|Registered(item)| *item);
    items.filter(|item| item.id.starts_with("scenarios::"))
}

/// Plays a scenario in memory.
async fn play_in_memory(scenario: &str, memory: &Memory) {
    let played = play(
        Wanted { scenario: scenario.into() },
        Get::in_memory(memory),
        Put::in_memory(memory),
        Update::in_memory(memory),
        Delete::in_memory(memory),
        Query::in_memory(memory),
        Query::in_memory(memory),
        Put::in_memory(memory),
        Put::in_memory(memory),
        Get::in_memory(memory),
        Publish::in_memory(memory),
        Notify::in_memory(memory),
        Notify::in_memory(memory),
    );
    played.await.unwrap_or_else(|error| panic!("{scenario}: {error}"));
}

/// What scenarios send: the events that wait for the end of the handler, and the messages.
struct Sent {
    spoken: Vec<Spoken>,
    audience: Vec<Message>,
    programme: Vec<Message>,
}

impl Sent {
    fn by(memory: &Memory) -> Self {
        Self {
            spoken: memory.events(),
            audience: memory.messages::<Audience>(),
            programme: memory.messages::<Programme>(),
        }
    }
}

/// All scenarios in one memory.
fn played_in_memory() -> Memory {
    let memory = Memory::new();
    for scenario in scenarios::NAMES {
        block_on(play_in_memory(scenario, &memory));
    }
    memory
}

/// What somebody looks for who browses.
fn entered() -> Entered {
    Entered { words: ["word", "é", "🦀"].map(str::to_owned).into() }
}

#[test]
fn memory_does_what_every_store_must() {
    let memory = played_in_memory();
    let mut used: BTreeSet<Grant> = memory.calls().into_iter().collect();
    // Events leave when the handler has returned, and here nobody takes them.
    if !memory.events::<Spoken>().is_empty() {
        used.insert(Grant {
            action: Action::PutEvents,
            resource: <Spoken as esteira::Event>::ID.into(),
        });
    }
    assert_eq!(used, granted("play"));
}

#[test]
fn a_client_of_its_own_is_handed_in_with_the_memory() {
    let memory = Memory::new();
    let browsed =
        async |library| browse(entered(), Put::in_memory(&memory), Raw::new(library)).await;
    block_on(async {
        browsed(Library::in_memory(&memory)).await.expect("reads what was written");
        let elsewhere = browsed(Library::in_memory(&Memory::new())).await;
        assert!(elsewhere.is_err(), "nothing was written there");
    });
    // Those of the client are asked for by an `allow`, and nobody here checks them.
    assert_eq!(memory.calls().into_iter().collect::<BTreeSet<_>>(), granted("browse"));
}

#[test]
#[should_panic(expected = "is put")]
fn what_goes_otherwise_fails_its_scenario() {
    let memory = Memory::new();
    memory.fail_next(CallError::Refused("no".into()));
    block_on(play_in_memory("what_was_put_is_got", &memory));
}

fn block_on<T>(scenario: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(scenario)
}
