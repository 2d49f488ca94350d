use super::*;
use crate::manifest::{Retry, StartingPosition};

/// A mapping of one lane that takes ten records at once and gives up after two retries.
fn mapping() -> Mapping {
    Mapping::new(&declared(), 1)
}

fn declared() -> KinesisTrigger {
    KinesisTrigger {
        stream: "s".into(),
        batch_size: 10,
        row: None,
        batching_window: 0,
        parallelization: 1,
        concurrency: 1,
        starting_position: StartingPosition::TrimHorizon,
        retry: Retry { attempts: 2, max_age: 3_600 },
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn record(
    number: usize,
    shard: usize,
    key: &str,
    data: Vec<u8>,
    arrived: SystemTime,
) -> Arc<Record> {
    let sequence_number = format!("{number:03}");
    Arc::new(Record { shard, sequence_number, partition_key: key.into(), data, arrived })
}

/// Adds records of one shard, whose partition keys are their numbers.
fn add(mapping: &mut Mapping, numbers: impl IntoIterator<Item = usize>, arrived: SystemTime) {
    for number in numbers {
        mapping.add(record(number, 0, &number.to_string(), Vec::new(), arrived));
    }
}

fn numbers(records: &[Arc<Record>]) -> Vec<usize> {
    records.iter().map(|record| record.sequence_number.parse().unwrap()).collect()
}

/// The records that are delivered now, and the lane.
fn delivered(mapping: &mut Mapping, now: SystemTime) -> Option<(usize, Vec<usize>)> {
    match mapping.task(now)? {
        Task::Deliver(lane, records) => Some((lane, numbers(&records))),
        Task::GiveUp(given_up) => panic!("{given_up:?}"),
    }
}

fn failing(number: usize) -> Answer {
    Answer::Failures(vec![Some(format!("{number:03}"))])
}

const FINE: fn() -> Answer = || Answer::Failures(Vec::new());

/// Delivers everything, each record of `poison` failing whenever it is reached; returns what was
/// done, and what was given up with the number of deliveries.
fn play(mapping: &mut Mapping, poison: &[usize]) -> (Vec<usize>, Vec<(Vec<usize>, u32)>) {
    let (mut done, mut given_up) = (Vec::new(), Vec::new());
    let mut now = at(0);
    for _ in 0..1_000 {
        let Some(next) = mapping.next() else { return (done, given_up) };
        now = now.max(next);
        let Some(Task::Deliver(lane, records)) = mapping.task(now) else { panic!("none is due") };
        let first = numbers(&records).into_iter().find(|number| poison.contains(number));
        let settled = mapping.settle(lane, first.map_or_else(FINE, failing), now);
        done.extend(numbers(&settled.done));
        given_up.extend(settled.given_up.map(|it| (numbers(&it.records), it.deliveries)));
    }
    panic!("it never ends");
}

#[test]
fn a_batch_has_as_many_records_as_it_may_and_the_next_waits_for_it() {
    let mut mapping = mapping();
    add(&mut mapping, 0..25, at(0));
    assert_eq!(delivered(&mut mapping, at(0)), Some((0, (0..10).collect())));
    assert_eq!(delivered(&mut mapping, at(0)), None, "one batch of a shard at a time");
    assert_eq!(mapping.next(), None);
    assert_eq!(mapping.settle(0, FINE(), at(1)).done.len(), 10);
    assert_eq!(delivered(&mut mapping, at(1)), Some((0, (10..20).collect())));
    mapping.settle(0, FINE(), at(1));
    assert_eq!(delivered(&mut mapping, at(1)), Some((0, (20..25).collect())));
    mapping.settle(0, FINE(), at(1));
    assert_eq!(mapping.open(), 0);
}

#[test]
fn a_batch_has_at_most_six_megabytes() {
    let mut mapping = mapping();
    for number in 0..3 {
        mapping.add(record(number, 0, "a", vec![0; 2_000_000], at(0)));
    }
    assert_eq!(delivered(&mut mapping, at(0)), Some((0, vec![0, 1])));
    mapping.settle(0, FINE(), at(0));
    assert_eq!(delivered(&mut mapping, at(0)), Some((0, vec![2])));
}

#[test]
fn a_record_that_is_too_large_for_a_batch_is_one_alone() {
    let mut mapping = mapping();
    mapping.add(record(0, 0, "a", vec![0; 7_000_000], at(0)));
    mapping.add(record(1, 0, "a", vec![], at(0)));
    assert_eq!(delivered(&mut mapping, at(0)), Some((0, vec![0])));
}

#[test]
fn a_batch_waits_for_its_window_or_to_be_full() {
    let mut mapping = Mapping::new(&KinesisTrigger { batching_window: 5, ..declared() }, 1);
    add(&mut mapping, 0..3, at(10));
    assert_eq!(delivered(&mut mapping, at(14)), None);
    assert_eq!(mapping.next(), Some(at(15)));
    assert_eq!(delivered(&mut mapping, at(15)), Some((0, vec![0, 1, 2])));
    mapping.settle(0, FINE(), at(15));
    add(&mut mapping, 3..13, at(20));
    assert_eq!(delivered(&mut mapping, at(20)), Some((0, (3..13).collect())));
}

#[test]
fn batches_of_one_shard_run_at_once_and_a_partition_key_is_in_one_of_them() {
    let mut mapping = Mapping::new(&KinesisTrigger { parallelization: 4, ..declared() }, 2);
    for number in 0..80 {
        mapping.add(record(number, number % 2, &(number % 8).to_string(), Vec::new(), at(0)));
    }
    let mut lanes = Vec::new();
    let mut keys = std::collections::BTreeMap::new();
    while let Some((lane, records)) = delivered(&mut mapping, at(0)) {
        lanes.push(lane);
        for number in records {
            assert_eq!(*keys.entry(number % 8).or_insert(lane), lane, "key {}", number % 8);
        }
    }
    assert!(lanes.len() > 2, "{lanes:?}");
}

#[test]
fn what_is_before_the_lowest_reported_record_is_done_and_the_rest_comes_again() {
    let mut mapping = mapping();
    add(&mut mapping, 0..6, at(0));
    delivered(&mut mapping, at(0)).unwrap();
    let answer = Answer::Failures(vec![Some("004".into()), Some("002".into())]);
    let settled = mapping.settle(0, answer, at(0));
    assert_eq!(numbers(&settled.done), [0, 1]);
    assert_eq!(
        delivered(&mut mapping, at(0)),
        Some((0, vec![2, 3, 4, 5])),
        "those that succeeded, too"
    );
}

#[test]
fn an_identifier_that_is_missing_empty_or_unknown_fails_the_whole_batch() {
    for identifier in [None, Some(""), Some("999")] {
        let mut mapping = mapping();
        add(&mut mapping, 0..4, at(0));
        delivered(&mut mapping, at(0)).unwrap();
        let failures = vec![Some("002".into()), identifier.map(str::to_owned)];
        assert!(mapping.settle(0, Answer::Failures(failures), at(0)).done.is_empty());
        assert_eq!(delivered(&mut mapping, at(9)), Some((0, vec![0, 1])), "the first half");
    }
}

#[test]
fn a_batch_that_fails_is_halved_and_its_halves_come_in_order() {
    let mut mapping = mapping();
    add(&mut mapping, 0..5, at(0));
    delivered(&mut mapping, at(0)).unwrap();
    mapping.settle(0, Answer::Failed, at(0));
    assert_eq!(delivered(&mut mapping, at(0)), Some((0, vec![0, 1])));
    mapping.settle(0, FINE(), at(0));
    assert_eq!(delivered(&mut mapping, at(0)), Some((0, vec![2, 3, 4])));
    mapping.settle(0, FINE(), at(0));
    assert_eq!(mapping.open(), 0);
}

#[test]
fn a_poison_record_is_given_up_alone_and_those_after_it_are_done() {
    for poison in 0..10 {
        let mut mapping = mapping();
        add(&mut mapping, 0..10, at(0));
        let (done, given_up) = play(&mut mapping, &[poison]);
        let others: Vec<usize> = (0..10).filter(|number| *number != poison).collect();
        assert_eq!(done, others, "in order");
        let [(records, deliveries)] = &given_up[..] else { panic!("{given_up:?}") };
        assert_eq!(*records, [poison]);
        assert!(*deliveries >= 3, "it was delivered alone once and twice again: {deliveries}");
    }
}

#[test]
fn a_record_is_retried_as_often_as_the_mapping_says_and_halving_costs_nothing() {
    let mut mapping = mapping();
    add(&mut mapping, 0..8, at(0));
    let (mut alone, mut now) = (0, at(0));
    loop {
        now = now.max(mapping.next().unwrap());
        let Some(Task::Deliver(lane, records)) = mapping.task(now) else { panic!("none is due") };
        alone += usize::from(numbers(&records) == [0]);
        if let Some(given_up) = mapping.settle(lane, Answer::Failed, now).given_up {
            assert_eq!(given_up.condition, "RetryAttemptsExhausted");
            assert_eq!(numbers(&given_up.records), [0]);
            break;
        }
    }
    assert_eq!(alone, 3, "once, and two retries");
}

#[test]
fn a_mapping_without_retries_gives_up_at_once() {
    let retry = Retry { attempts: 0, max_age: 3_600 };
    let mut mapping = Mapping::new(&KinesisTrigger { retry, ..declared() }, 1);
    add(&mut mapping, [7], at(0));
    delivered(&mut mapping, at(0)).unwrap();
    let given_up = mapping.settle(0, Answer::Failed, at(0)).given_up.expect("is given up");
    assert_eq!((numbers(&given_up.records), given_up.deliveries), (vec![7], 1));
}

#[test]
fn retries_wait_longer_each_time() {
    let retry = Retry { attempts: 10, max_age: 3_600 };
    let mut mapping = Mapping::new(&KinesisTrigger { retry, ..declared() }, 1);
    add(&mut mapping, [0], at(0));
    let mut now = at(0);
    let mut waits = Vec::new();
    for _ in 0..9 {
        delivered(&mut mapping, now).expect("is due");
        mapping.settle(0, Answer::Failed, now);
        assert!(delivered(&mut mapping, now).is_none(), "not at once");
        let next = mapping.next().unwrap();
        waits.push(next.duration_since(now).unwrap().as_millis());
        now = next;
    }
    assert_eq!(waits, [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
}

#[test]
fn a_record_past_its_age_is_given_up_undelivered_and_younger_ones_are_not() {
    let mut mapping = mapping();
    add(&mut mapping, [0, 1], at(0));
    add(&mut mapping, [2], at(100));
    let now = at(3_601);
    let Some(Task::GiveUp(given_up)) = mapping.task(now) else { panic!("too old") };
    assert_eq!(numbers(&given_up.records), [0, 1]);
    assert_eq!((given_up.condition, given_up.deliveries), ("MaximumRecordAgeExceeded", 0));
    assert_eq!(delivered(&mut mapping, now), Some((0, vec![2])));
}

#[test]
fn every_lane_has_its_turn_even_if_there_is_room_for_one_alone() {
    let mut mapping = Mapping::new(&declared(), 3);
    for number in 0..90 {
        mapping.add(record(number, number % 3, "a", Vec::new(), at(0)));
    }
    let mut lanes = Vec::new();
    for _ in 0..6 {
        let (lane, _) = delivered(&mut mapping, at(0)).unwrap();
        mapping.settle(lane, FINE(), at(0));
        lanes.push(lane);
    }
    assert_eq!(lanes, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn whatever_fails_every_record_is_done_or_given_up_once_and_in_order() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..300 {
        let mut mapping = mapping();
        let count = random.usize(1..40);
        add(&mut mapping, 0..count, at(0));
        let poison: Vec<usize> = (0..count).filter(|_| random.u8(..) < 40).collect();
        let (done, given_up) = play(&mut mapping, &poison);
        let given_up: Vec<usize> = given_up.into_iter().flat_map(|(records, _)| records).collect();
        assert_eq!(given_up, poison);
        assert_eq!(done, (0..count).filter(|it| !poison.contains(it)).collect::<Vec<_>>());
        assert_eq!(mapping.open(), 0);
    }
}
