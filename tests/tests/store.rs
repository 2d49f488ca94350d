//! One suite for the store in memory and for the clients of AWS: what both must do, and that it
//! takes the permissions of the handles, each of them and no other.

use std::collections::BTreeSet;

use esteira::{
    __private::{Registered, inventory},
    Delete, Get, Memory, Message, Notify, Publish, Put, Query, Update,
    manifest::{Action, Grant, Item, Kind, Role},
};
use scenarios::{Audience, Spoken, Wanted, play};

#[path = "store/aws.rs"]
mod system;

/// The permissions that the handler's parameters are.
fn granted() -> BTreeSet<Grant> {
    let handler = items().find_map(|item| match &item.kind {
        Kind::Handler(handler) if item.id == "scenarios::play" => Some(handler),
        _ => None,
    });
    let parameters = handler.expect("it is registered").parameters.iter();
    let grants = parameters.filter_map(|parameter| match &parameter.role {
        Role::Handle(grant) => Some(grant.clone()),
        Role::Input | Role::Context | Role::Raw => None,
    });
    grants.collect()
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
    );
    played.await.unwrap_or_else(|error| panic!("{scenario}: {error}"));
}

/// What all scenarios together send: the events that wait for the end of the handler, and the
/// messages.
fn sent(memory: &Memory) -> (Vec<Spoken>, Vec<Message>) {
    (memory.events::<Spoken>(), memory.messages::<Audience>())
}

/// All scenarios in one memory.
fn played_in_memory() -> Memory {
    let memory = Memory::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for scenario in scenarios::NAMES {
        runtime.block_on(play_in_memory(scenario, &memory));
    }
    memory
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
    assert_eq!(used, granted());
}

#[test]
fn a_scenario_that_fails_is_seen() {
    let memory = Memory::new();
    memory.fail_next(esteira::CallError::Refused("no".into()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        runtime.block_on(play_in_memory("what_was_put_is_got", &memory));
    }));
    assert!(failed.is_err());
}
