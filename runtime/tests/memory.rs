//! The in-memory AWS, through the handles that a handler has.

use std::time::{Duration, UNIX_EPOCH};

use esteira::{
    Attribute, Bus, CallError, Context, Delete, Event, Get, Memory, Message, Notify, Publish, Put,
    Query, Table, Topic, Update,
    manifest::{Action, Grant},
    transact,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Accounts", partition_key = owner, sort_key = number)]
struct Account {
    owner: String,
    number: u64,
    balance: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Notes", partition_key = book, sort_key = page)]
struct Note {
    book: String,
    page: String,
}

#[derive(Topic)]
#[topic(name = "Alerts")]
struct Alerts;

#[derive(Topic)]
#[topic(name = "Transfers", fifo)]
struct Transfers;

#[derive(Topic)]
#[topic(existing, fifo)]
struct Reversals;

#[derive(Bus)]
#[bus(name = "Bank")]
struct Bank;

#[derive(Debug, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Bank, source = "bank", detail_type = "Opened", external)]
struct Opened {
    text: String,
}

fn account(number: u64, balance: i64) -> Account {
    Account { owner: "ana".into(), number, balance, note: None }
}

fn key(number: u64) -> esteira::Key<Account> {
    Account::key("ana", number)
}

fn with(accounts: &[Account]) -> Memory {
    let memory = Memory::new();
    for account in accounts {
        memory.insert(account).expect("has a key");
    }
    memory
}

#[tokio::test]
async fn what_was_put_is_got() {
    let memory = Memory::new();
    Put::in_memory(&memory).put(&account(1, 5)).await.unwrap();
    let get = Get::<Account>::in_memory(&memory);
    assert_eq!(get.get(key(1)).await.unwrap(), Some(account(1, 5)));
    assert_eq!(get.get(key(2)).consistent().await.unwrap(), None);
}

#[tokio::test]
async fn put_if_absent_brings_along_what_is_there() {
    let memory = with(&[account(1, 5)]);
    let put = Put::in_memory(&memory);
    let error = put.put(&account(1, 9)).if_absent().await.unwrap_err();
    let CallError::ConditionFailed { existing: Some(existing) } = error else {
        panic!("{error:?}")
    };
    assert_eq!(existing.read::<Account>(), Ok(account(1, 5)));
    put.put(&account(1, 9)).await.unwrap();
    assert_eq!(memory.items::<Account>(), [account(1, 9)]);
}

#[tokio::test]
async fn updates_create_unless_told_otherwise() {
    let memory = Memory::new();
    let update = Update::<Account>::in_memory(&memory);
    let refused = update.update(key(1)).if_exists().set(|a| a.balance.plus(1)).await;
    assert_eq!(refused, Err(CallError::ConditionFailed { existing: None }));
    update.update(key(1)).set(|a| a.balance.plus(3)).await.unwrap();
    assert_eq!(memory.items::<Account>(), [account(1, 3)]);
}

#[tokio::test]
async fn every_assignment_sees_the_item_as_it_was() {
    let memory = with(&[account(1, 10)]);
    Update::<Account>::in_memory(&memory)
        .update(key(1))
        .when(|a| a.balance.at_least(10))
        .when(|a| a.note.absent())
        .set(|a| a.balance.minus(4))
        .set(|a| a.note.to("paid"))
        .await
        .unwrap();
    let expected = Account { note: Some("paid".into()), ..account(1, 6) };
    assert_eq!(memory.item(key(1)), Some(expected));
    Update::<Account>::in_memory(&memory).update(key(1)).set(|a| a.note.remove()).await.unwrap();
    assert_eq!(memory.item(key(1)), Some(account(1, 6)));
}

#[tokio::test]
async fn conditions_combine() {
    let memory = with(&[account(1, 10)]);
    let update = Update::<Account>::in_memory(&memory);
    let holds = async |when: fn(&<Account as esteira::Detail>::Fields) -> esteira::Condition| {
        update.update(key(1)).when(when).set(|a| a.balance.plus(0)).await.is_ok()
    };
    assert!(holds(|a| a.balance.greater_than(9).and(a.balance.less_than(11))).await);
    assert!(!holds(|a| a.balance.greater_than(10)).await);
    assert!(holds(|a| a.balance.at_most(10).or(a.balance.at_least(100))).await);
    assert!(holds(|a| !a.owner.equals("rui")).await);
    assert!(holds(|a| a.owner.begins_with("an")).await);
    assert!(holds(|a| a.owner.differs_from("rui")).await);
    assert!(!holds(|a| a.note.exists()).await);
}

#[tokio::test]
async fn a_delete_may_be_conditional() {
    let memory = with(&[account(1, 10)]);
    let delete = Delete::<Account>::in_memory(&memory);
    delete.delete(key(1)).when(|a| a.balance.equals(&0)).await.unwrap_err();
    assert_eq!(memory.items::<Account>().len(), 1);
    delete.delete(key(1)).await.unwrap();
    delete.delete(key(1)).await.expect("one that is not there is no error");
    assert!(memory.items::<Account>().is_empty());
}

#[tokio::test]
async fn queries_stay_in_the_partition_and_in_order() {
    let memory = with(&[account(10, 1), account(9, 2), account(100, 3)]);
    memory.insert(&Account { owner: "rui".into(), ..account(1, 4) }).unwrap();
    let query = Query::<Account>::in_memory(&memory);
    let numbers = |items: Vec<Account>| items.iter().map(|a| a.number).collect::<Vec<_>>();
    assert_eq!(numbers(query.query("ana").await.unwrap()), [9, 10, 100]);
    assert_eq!(numbers(query.query("ana").descending().limit(2).await.unwrap()), [100, 10]);
    assert_eq!(numbers(query.query("eva").await.unwrap()), [] as [u64; 0]);

    for page in ["a1", "a2", "b1"] {
        memory.insert(&Note { book: "x".into(), page: page.into() }).unwrap();
    }
    let notes = Query::<Note>::in_memory(&memory);
    assert_eq!(notes.query("x").begins_with("a").await.unwrap().len(), 2);
    assert_eq!(notes.query("x").begins_with("").await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_query_follows_its_pages_in_either_direction() {
    let memory = Memory::new();
    let long = |number| Account { note: Some("x".repeat(300_000)), ..account(number, 0) };
    for number in 1..=7 {
        memory.insert(&long(number)).unwrap();
    }
    let query = Query::<Account>::in_memory(&memory);
    let numbers = |items: Vec<Account>| items.iter().map(|a| a.number).collect::<Vec<_>>();
    let pages = |since: usize| memory.calls().len() - since;

    assert_eq!(numbers(query.query("ana").await.unwrap()), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(pages(0), 3, "a page holds 1 MB, three of these");
    assert_eq!(numbers(query.query("ana").descending().await.unwrap()), [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(pages(3), 3);
    assert_eq!(numbers(query.query("ana").limit(4).await.unwrap()), [1, 2, 3, 4]);
    assert_eq!(pages(6), 2);
    assert_eq!(numbers(query.query("ana").limit(3).await.unwrap()), [1, 2, 3]);
    assert_eq!(pages(8), 1, "what ends at the limit is not asked for more");
    assert_eq!(numbers(query.query("ana").limit(0).await.unwrap()), [] as [u64; 0]);
    assert_eq!(pages(9), 0);
}

#[tokio::test]
async fn an_update_that_makes_an_item_too_large_leaves_it_as_it_was() {
    let memory = with(&[Account { note: Some("x".repeat(409_000)), ..account(1, 0) }]);
    let update = Update::<Account>::in_memory(&memory);
    let renamed = || update.update(key(1)).set(|a| a.balance.to(&1));
    let longer = || update.update(key(1)).set(|a| a.note.to(&"x".repeat(409_590)));
    let Err(CallError::Invalid(why)) = longer().await else { panic!("is too large") };
    assert!(why.contains("of 409618 bytes is too large"), "{why}");
    let cancelled = transact([longer().into(), Put::in_memory(&memory).put(&account(2, 0)).into()]);
    assert_eq!(
        cancelled.await,
        Err(CallError::Cancelled(vec![Some(CallError::Invalid(why)), None]))
    );
    assert_eq!(memory.items::<Account>().len(), 1);
    renamed().await.expect("stays small enough");
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing_and_names_what_failed() {
    let memory = with(&[account(1, 10), account(2, 0)]);
    let update = Update::<Account>::in_memory(&memory);
    let transfer = |amount: i64| {
        transact([
            update
                .update(key(1))
                .when(move |a| a.balance.at_least(amount))
                .set(move |a| a.balance.minus(amount))
                .into(),
            update.update(key(2)).if_exists().set(move |a| a.balance.plus(amount)).into(),
        ])
    };
    transfer(4).await.unwrap();
    assert_eq!(memory.items::<Account>(), [account(1, 6), account(2, 4)]);

    let error = transfer(7).await.unwrap_err();
    assert!(error.condition_failed_at(0) && !error.condition_failed_at(1), "{error:?}");
    let existing = error.existing_at(0).expect("the item is brought along");
    assert_eq!(existing.read::<Account>(), Ok(account(1, 6)));
    assert_eq!(memory.items::<Account>(), [account(1, 6), account(2, 4)]);
}

#[tokio::test]
async fn what_no_transaction_may_be_is_refused_before_any_call() {
    let memory = with(&[account(1, 10)]);
    let put = Put::in_memory(&memory);
    let refused = |result: Result<(), CallError>| match result {
        Err(CallError::Invalid(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(refused(transact([]).await).contains("needs an operation"));
    let twice = [put.put(&account(2, 0)).into(), put.put(&account(2, 1)).into()];
    assert!(refused(transact(twice).await).contains("on the same item"));
    let many = (0..101).map(|number| put.put(&account(number, 0)).into());
    assert!(refused(transact(many).await).contains("at most 100"));
    let other = Put::in_memory(&Memory::new());
    let apart = [put.put(&account(3, 0)).into(), other.put(&account(4, 0)).into()];
    assert!(refused(transact(apart).await).contains("one memory"));
    let nothing = [Update::in_memory(&memory).update(key(1)).if_exists().into()];
    assert!(refused(transact(nothing).await).contains("assigns nothing"));
    assert_eq!(memory.calls(), []);
}

#[tokio::test]
async fn what_no_update_may_assign_is_refused_before_any_call() {
    let memory = with(&[account(1, 10)]);
    let update = Update::<Account>::in_memory(&memory);
    let refused = |result: Result<(), CallError>| match result {
        Err(CallError::Invalid(why)) => why,
        other => panic!("{other:?}"),
    };
    let of_key = update.update(key(1)).set(|a| a.number.plus(1)).await;
    assert!(refused(of_key).contains("part of the key"));
    let twice = update.update(key(1)).set(|a| a.balance.plus(1)).set(|a| a.balance.to(&0)).await;
    assert!(refused(twice).contains("`balance`"));
    assert_eq!(memory.calls(), []);
    update.update(key(2)).await.expect("an update of nothing makes the item");
}

#[tokio::test]
async fn transient_failures_are_waited_out_and_others_are_not() {
    let memory = with(&[]);
    let put = Put::in_memory(&memory);
    let clock = Context::in_memory(&memory);
    let before = clock.now();
    for _ in 0..5 {
        memory.fail_next(CallError::Throttled);
    }
    put.put(&account(1, 0)).await.unwrap();
    assert!(clock.now() > before, "it waited between tries");
    memory.fail_next(CallError::Invalid("no".into()));
    assert_eq!(put.put(&account(1, 0)).await, Err(CallError::Invalid("no".into())));

    // Contention beside a condition that failed: the condition is the answer.
    let mixed = CallError::Cancelled(vec![
        Some(CallError::ConditionFailed { existing: None }),
        Some(CallError::Contention),
    ]);
    memory.fail_next(mixed.clone());
    assert_eq!(transact([put.put(&account(2, 0)).into()]).await, Err(mixed));

    for _ in 0..10_000 {
        memory.fail_next(CallError::Contention);
    }
    let before = clock.now();
    assert_eq!(put.put(&account(1, 0)).await, Err(CallError::Contention));
    let spent = clock.now().duration_since(before).unwrap();
    assert!(spent <= Duration::from_secs(30), "{spent:?}");
}

#[tokio::test]
async fn each_call_uses_the_grant_of_its_handle_and_no_other() {
    let memory = with(&[account(1, 1)]);
    Get::<Account>::in_memory(&memory).get(key(1)).await.unwrap();
    Query::<Account>::in_memory(&memory).query("ana").await.unwrap();
    Delete::<Account>::in_memory(&memory).delete(key(2)).await.unwrap();
    transact([
        Put::in_memory(&memory).put(&account(3, 0)).into(),
        Update::<Account>::in_memory(&memory).update(key(1)).set(|a| a.balance.plus(1)).into(),
    ])
    .await
    .unwrap();
    Notify::<Alerts>::in_memory(&memory).notify("x").await.unwrap();
    let table = |action| Grant { action, resource: <Account as Table>::ID.into() };
    assert_eq!(
        memory.calls(),
        [
            table(Action::GetItem),
            table(Action::Query),
            table(Action::DeleteItem),
            table(Action::PutItem),
            table(Action::UpdateItem),
            Grant { action: Action::Publish, resource: <Alerts as Topic>::ID.into() },
        ]
    );
}

#[tokio::test]
async fn what_sns_would_refuse_is_refused_before_the_call() {
    let memory = Memory::new();
    let alerts = Notify::<Alerts>::in_memory(&memory);
    let long = "x".repeat(100);
    for (subject, body) in [
        (Some(""), "text"),
        (Some(long.as_str()), "text"),
        (Some("two\nlines"), "text"),
        (None, ""),
        (None, "x".repeat(256 * 1024 + 1).as_str()),
    ] {
        let message = alerts.notify(body);
        let message = match subject {
            Some(subject) => message.subject(subject),
            None => message,
        };
        assert!(matches!(message.await, Err(CallError::Invalid(_))), "{subject:?}");
    }
    assert!(memory.calls().is_empty());
    alerts.notify("Olá").subject("á".repeat(99)).await.unwrap();
    let messages = memory.messages::<Alerts>();
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!((message.subject.as_ref(), &*message.body), (Some(&"á".repeat(99)), "Olá"));
}

#[tokio::test]
async fn a_message_shows_what_subscriptions_filter_by() {
    let memory = Memory::new();
    let alerts = Notify::<Alerts>::in_memory(&memory);
    let message = alerts.notify("text").attribute("country", "BR").attribute("total", 7);
    let message = message.attribute("tags", vec!["new", "big"]).attribute("total", 7.5);
    message.group("ana").await.unwrap();
    let messages = memory.messages::<Alerts>();
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    let attributes = [
        ("country".to_owned(), Attribute::Text("BR".into())),
        ("tags".to_owned(), Attribute::Texts(vec!["new".into(), "big".into()])),
        ("total".to_owned(), Attribute::Number(7.5)),
    ];
    assert_eq!(message.attributes, attributes.into());
    assert_eq!((message.group.as_deref(), &message.deduplication), (Some("ana"), &None));
}

#[tokio::test]
async fn an_attribute_that_sns_refuses_is_named_with_its_topic() {
    let memory = Memory::new();
    let alerts = Notify::<Alerts>::in_memory(&memory);
    let error = alerts.notify("text").attribute("e-mail", "").await.unwrap_err().to_string();
    assert!(error.starts_with("to topic `memory::Alerts`: the attribute `e-mail`"), "{error}");
    assert!(memory.calls().is_empty() && memory.messages::<Alerts>().is_empty());
}

#[tokio::test]
async fn a_fifo_topic_delivers_one_deduplication_id_once_in_five_minutes() {
    let memory = Memory::new();
    let transfers = Notify::<Transfers>::in_memory(&memory);
    let send = async |body: &str, group: &str, id: &str| {
        transfers.notify(body).group(group).deduplication(id).await.unwrap();
    };
    send("first", "ana", "1").await;
    // The id counts, in whatever group, and not the text.
    send("again", "ana", "1").await;
    send("again", "eva", "1").await;
    send("first", "ana", "2").await;
    let reversals = Notify::<Reversals>::in_memory(&memory);
    reversals.notify("of another topic").deduplication("1").group("ana").await.unwrap();
    memory.advance(Duration::from_secs(299));
    send("again", "ana", "1").await;
    memory.advance(Duration::from_secs(1));
    send("later", "ana", "1").await;
    let bodies = |messages: Vec<Message>| -> Vec<_> {
        messages.into_iter().map(|message| message.body).collect()
    };
    assert_eq!(bodies(memory.messages::<Transfers>()), ["first", "first", "later"]);
    assert_eq!(bodies(memory.messages::<Reversals>()), ["of another topic"]);
    assert_eq!(memory.calls().len(), 7, "a repetition is a call all the same");
}

#[tokio::test]
async fn a_message_that_was_not_accepted_may_be_repeated() {
    let memory = Memory::new();
    let transfers = Notify::<Transfers>::in_memory(&memory);
    let send = || transfers.notify("text").group("ana").deduplication("1");
    memory.fail_next(CallError::Refused("no".into()));
    assert!(send().await.is_err());
    send().await.unwrap();
    assert_eq!(memory.messages::<Transfers>().len(), 1);
}

#[test]
fn an_event_that_is_too_large_is_named_with_its_size() {
    let memory = Memory::new();
    let opened = Publish::<Opened>::in_memory(&memory);
    let text = "x".repeat(1_000_000);
    let error = opened.publish(&Opened { text }).unwrap_err().to_string();
    assert!(error.contains("::Opened` of 1000021 bytes is too large"), "{error}");
    opened.publish(&Opened { text: "x".repeat(999_000) }).unwrap();
    assert_eq!(memory.events::<Opened>().len(), 1);
}

#[test]
fn time_and_ids_come_from_the_memory() {
    let (a, b) = (Memory::seeded(7), Memory::seeded(7));
    let contexts = [&a, &b].map(Context::in_memory);
    let ids = contexts.each_ref().map(|ctx| [ctx.new_id(), ctx.new_id()]);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0][0], ids[0][1]);
    assert_ne!(ids[0][0], Context::in_memory(&Memory::seeded(8)).new_id());
    assert_eq!(contexts[0].now().duration_since(UNIX_EPOCH).unwrap().as_secs(), 1_767_225_600);
    a.advance(Duration::from_secs(31));
    assert_eq!(contexts[0].remaining(), Duration::ZERO);
}

#[tokio::test]
async fn an_option_is_compared_and_assigned_by_what_is_inside() {
    let memory = with(&[Account { note: Some("paid".into()), ..account(1, 0) }, account(2, 0)]);
    let update = Update::<Account>::in_memory(&memory);
    let paid = async |number| {
        let note = update.update(key(number)).when(|a| a.note.equals("paid"));
        note.set(|a| a.note.to("seen")).await.is_ok()
    };
    assert!(paid(1).await);
    assert!(!paid(2).await, "what is not there is equal to nothing");
    assert_eq!(memory.item(key(1)).and_then(|a| a.note).as_deref(), Some("seen"));
}
