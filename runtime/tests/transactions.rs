//! Transactions in memory: all or none, and once.

use std::collections::BTreeMap;

use esteira::{CallError, Delete, Memory, Operation, Put, Table, Update, transact};
use fastrand::Rng;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Accounts", partition_key = number)]
struct Account {
    number: u64,
    balance: i64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
}

#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Payments", partition_key = id)]
struct Payment {
    id: String,
    amount: i64,
}

fn account(number: u64, balance: i64) -> Account {
    Account { number, balance, note: String::new() }
}

fn payment(amount: i64) -> Payment {
    Payment { id: "17".into(), amount }
}

fn with(accounts: &[Account]) -> Memory {
    let memory = Memory::new();
    for account in accounts {
        memory.insert(account).expect("has a key");
    }
    memory
}

fn take(memory: &Memory, number: u64, amount: i64) -> Operation {
    Update::<Account>::in_memory(memory)
        .update(Account::key(number))
        .when(|account| account.balance.at_least(amount))
        .set(|account| account.balance.minus(amount))
        .into()
}

async fn pay(memory: &Memory, amount: i64) -> Result<(), CallError> {
    let payments = Put::in_memory(memory);
    transact([take(memory, 1, amount)]).once(payments.put(&payment(amount))).await
}

#[tokio::test]
async fn what_was_done_is_not_done_again_and_says_so() {
    let memory = with(&[account(1, 10)]);
    pay(&memory, 4).await.expect("there is enough");
    let Err(CallError::AlreadyDone { existing }) = pay(&memory, 4).await else {
        panic!("is done already")
    };
    assert_eq!(existing.read::<Payment>(), Ok(payment(4)));
    assert_eq!(memory.items::<Account>(), [account(1, 6)]);
}

#[tokio::test]
async fn what_was_done_counts_whatever_else_fails() {
    let memory = with(&[account(1, 4)]);
    pay(&memory, 4).await.expect("there is enough");
    let again = pay(&memory, 4).await;
    assert!(matches!(again, Err(CallError::AlreadyDone { .. })), "{again:?}");
}

#[tokio::test]
async fn positions_count_the_operations_and_not_the_marker() {
    let memory = with(&[account(1, 3)]);
    let error = pay(&memory, 4).await.expect_err("there is too little");
    assert!(error.condition_failed_at(0) && !error.condition_failed_at(1), "{error:?}");
    let existing = error.existing_at(0).expect("the item is brought along");
    assert_eq!(existing.read::<Account>(), Ok(account(1, 3)));
    assert_eq!(memory.items::<Payment>(), [], "no marker without its effect");
}

#[tokio::test]
async fn a_marker_in_contention_is_waited_for_whatever_else_failed() {
    let memory = with(&[account(1, 10)]);
    // A twin is taking the last of it: that there is too little says nothing yet.
    memory.fail_next(CallError::Cancelled(vec![
        Some(CallError::Contention),
        Some(CallError::ConditionFailed { existing: None }),
    ]));
    memory.fail_next(CallError::Cancelled(vec![Some(CallError::Throttled), None]));
    pay(&memory, 4).await.expect("is tried again");
    assert_eq!(memory.items::<Account>(), [account(1, 6)]);

    memory.fail_next(CallError::Cancelled(vec![Some(CallError::Invalid("size".into())), None]));
    assert_eq!(pay(&memory, 4).await, Err(CallError::Invalid("size".into())));
}

#[tokio::test]
async fn a_lost_answer_is_no_second_time() {
    let memory = with(&[account(1, 10)]);
    memory.lose_next_answer();
    pay(&memory, 4).await.expect("the call is recognized by its token");
    assert_eq!(memory.items::<Account>(), [account(1, 6)]);

    // Without a transaction it is one.
    memory.lose_next_answer();
    let accounts = Update::<Account>::in_memory(&memory);
    accounts.update(Account::key(1u64)).set(|account| account.balance.minus(1)).await.unwrap();
    assert_eq!(memory.items::<Account>(), [account(1, 4)]);
}

#[tokio::test]
async fn a_marker_alone_is_a_transaction_and_two_are_none() {
    let memory = Memory::new();
    let payments = Put::in_memory(&memory);
    transact([]).once(payments.put(&payment(1))).await.expect("is new");
    let again = transact([]).once(payments.put(&payment(1))).await;
    assert!(matches!(again, Err(CallError::AlreadyDone { .. })), "{again:?}");
    let two = transact([]).once(payments.put(&payment(2))).once(payments.put(&payment(3))).await;
    assert_eq!(two, Err(CallError::Invalid("a transaction has one marker".into())));
}

#[tokio::test]
async fn the_marker_counts_towards_the_limits() {
    let memory = Memory::new();
    let (accounts, payments) = (Put::in_memory(&memory), Put::in_memory(&memory));
    let many = |count: u64| {
        let operations = (0..count).map(|number| accounts.put(&account(number, 0)).into());
        transact(operations).once(payments.put(&payment(1)))
    };
    let error = many(100).await.expect_err("is one too many").to_string();
    assert!(error.contains("at most 100 operations, its marker among them; this one has 101"));
    many(99).await.expect("is just few enough");
}

#[tokio::test]
async fn four_megabytes_are_the_most() {
    let memory = Memory::new();
    let accounts = Put::in_memory(&memory);
    let note = "x".repeat(400_000);
    let large = |count: u64| {
        transact((1..=count).map(|number| {
            accounts.put(&Account { note: note.clone(), ..account(number, 1) }).into()
        }))
    };
    let error = large(11).await.expect_err("is too large").to_string();
    let bytes = 11 * ((6 + 2) + (7 + 2) + (4 + 400_000));
    assert!(error.starts_with(&format!("a transaction of {bytes} bytes on `")), "{error}");
    assert!(error.contains("DynamoDB takes 4194304"), "{error}");
    assert_eq!(memory.calls(), []);
    large(10).await.expect("is small enough");
}

/// What a random transaction does, as a model on a map.
#[derive(Debug)]
enum Step {
    Put(u64, i64),
    PutIfAbsent(u64, i64),
    Take(u64, i64),
    Delete(u64),
    DeleteIfThere(u64),
}

impl Step {
    fn random(rng: &mut Rng, number: u64) -> Self {
        let amount = rng.i64(0..6);
        match rng.u8(0..5) {
            0 => Step::Put(number, amount),
            1 => Step::PutIfAbsent(number, amount),
            2 => Step::Take(number, amount),
            3 => Step::Delete(number),
            _ => Step::DeleteIfThere(number),
        }
    }

    fn operation(&self, memory: &Memory) -> Operation {
        let puts = Put::in_memory(memory);
        let deletes = Delete::<Account>::in_memory(memory);
        match *self {
            Step::Put(number, balance) => puts.put(&account(number, balance)).into(),
            Step::PutIfAbsent(number, balance) => {
                puts.put(&account(number, balance)).if_absent().into()
            }
            Step::Take(number, amount) => take(memory, number, amount),
            Step::Delete(number) => deletes.delete(Account::key(number)).into(),
            Step::DeleteIfThere(number) => deletes.delete(Account::key(number)).if_exists().into(),
        }
    }

    /// Does it to the model; says whether it may be done.
    fn apply(&self, model: &mut BTreeMap<u64, i64>) -> bool {
        match *self {
            Step::Put(number, balance) => {
                model.insert(number, balance);
                true
            }
            Step::PutIfAbsent(number, balance) => {
                let absent = !model.contains_key(&number);
                model.entry(number).or_insert(balance);
                absent
            }
            Step::Take(number, amount) => match model.get_mut(&number) {
                Some(balance) if *balance >= amount => {
                    *balance -= amount;
                    true
                }
                _ => false,
            },
            Step::Delete(number) => {
                model.remove(&number);
                true
            }
            Step::DeleteIfThere(number) => model.remove(&number).is_some(),
        }
    }
}

/// Random transactions on a few accounts, some with a marker, some with their answer lost: each is
/// carried out as a whole or not at all, and says which of its operations could not be.
async fn check(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let memory = Memory::seeded(seed);
    let mut model = BTreeMap::new();
    let mut markers = BTreeMap::new();
    for amount in 0..30 {
        let numbers: Vec<u64> = (0..4).filter(|_| rng.bool()).collect();
        let steps: Vec<Step> =
            numbers.into_iter().map(|number| Step::random(&mut rng, number)).collect();
        let marker = rng.u8(0..6).to_string();
        let once = steps.is_empty() || rng.bool();
        if rng.u8(0..4) == 0 {
            memory.lose_next_answer();
        }
        let transaction = transact(steps.iter().map(|step| step.operation(&memory)));
        let result = if once {
            let marker = Payment { id: marker.clone(), amount };
            transaction.once(Put::in_memory(&memory).put(&marker)).await
        } else {
            transaction.await
        };

        let mut after = model.clone();
        let possible: Vec<bool> = steps.iter().map(|step| step.apply(&mut after)).collect();
        if let Some(first) = markers.get(&marker).filter(|_| once) {
            let Err(CallError::AlreadyDone { existing }) = result else {
                panic!("seed {seed}: {result:?} of {steps:?}, which was done")
            };
            assert_eq!(existing.read::<Payment>().expect("is one").amount, *first);
        } else if possible.iter().all(|possible| *possible) {
            assert_eq!(result, Ok(()), "seed {seed}: {steps:?}");
            model = after;
            if once {
                markers.insert(marker, amount);
            }
        } else {
            let error = result.expect_err("cannot be done");
            for (position, possible) in possible.iter().enumerate() {
                let failed = error.condition_failed_at(position);
                assert_eq!(failed, !possible, "seed {seed}: {position} of {steps:?}: {error:?}");
            }
        }
        let balances: BTreeMap<u64, i64> =
            memory.items::<Account>().iter().map(|item| (item.number, item.balance)).collect();
        assert_eq!(balances, model, "seed {seed}: after {steps:?}");
        let ids: Vec<(String, i64)> =
            memory.items::<Payment>().into_iter().map(|item| (item.id, item.amount)).collect();
        assert!(ids.iter().map(|(id, amount)| (id, amount)).eq(&markers), "seed {seed}");
    }
}

#[tokio::test]
async fn a_transaction_is_carried_out_as_a_whole_or_not_at_all() {
    for seed in 0..300 {
        check(seed).await;
    }
}
