//! A handler that remembers: what became of each delivery, in memory and, in the other half of the
//! suite, on AWS.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use esteira::{Detail, Message, Table, manifest::Idempotent, testing::Pipeline};
use scenarios::{
    Audience, Spoken,
    acts::{Act, Begun, asked},
};
use serde::{Deserialize, Serialize};

use super::{block_on, granted};

/// How often Lambda invokes a function for an event at most.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
pub(super) const DELIVERIES: usize = 3;

/// What was asked for, and all that came of it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Performed {
    /// Of each event, what its deliveries came to: nothing, or an error.
    pub(super) answers: Vec<(String, Vec<Option<String>>)>,
    /// How often each act was begun.
    pub(super) begun: BTreeMap<String, u32>,
    /// What was published.
    pub(super) spoken: Vec<Spoken>,
    /// The messages to the audience.
    pub(super) told: Vec<String>,
    /// What is remembered of each act.
    pub(super) notes: BTreeMap<String, String>,
}

/// As much as is looked at of what the table holds that remembers.
#[derive(Debug, Detail, Serialize, Deserialize)]
struct Note {
    key: String,
    state: String,
}

// By hand, because a derive would declare the table for the application.
impl Table for Note {
    const ID: &'static str = Idempotent::TABLE;
    const PARTITION_KEY: &'static str = Idempotent::PARTITION_KEY;
    const SORT_KEY: Option<&'static str> = None;
    type Partition = String;
    type Sort = ();
}

/// All of it in memory: the local engine delivers as AWS does.
pub(super) fn performed_in_memory() -> Performed {
    let mut pipeline = Pipeline::new().expect("what is declared fits together");
    let mut performed = Performed::default();
    for Act { act, mishaps, mishap } in asked() {
        let before = pipeline.invocations().len();
        pipeline.publish(&Act { act: act.clone(), mishaps, mishap }).expect("the bus takes it");
        block_on(pipeline.advance(Duration::from_secs(10 * 60)));
        let deliveries = &pipeline.invocations()[before..];
        let answers = deliveries.iter().map(|delivery| delivery.error.clone());
        performed.answers.push((act, answers.collect()));
    }
    let memory = pipeline.memory();
    assert_eq!(memory.calls().into_iter().collect::<BTreeSet<_>>(), granted("perform"));
    assert_eq!(pipeline.refusals(), [""; 0]);
    let text = |message: Message| message.body;
    Performed {
        begun: memory.items::<Begun>().into_iter().map(|it| (it.act, it.times)).collect(),
        spoken: memory.events(),
        told: memory.messages::<Audience>().into_iter().map(text).collect(),
        notes: memory.items::<Note>().into_iter().map(|it| (it.key, it.state)).collect(),
        ..performed
    }
}

#[test]
fn in_memory_a_handler_that_remembers_does_once_what_it_can() {
    let performed = performed_in_memory();
    let answers = |act: &str| -> Vec<Vec<Option<String>>> {
        let of = performed.answers.iter().filter(|(name, _)| name == act);
        of.map(|(_, answers)| answers.clone()).collect()
    };
    let fails = |why: &str| Some(why.to_owned());
    assert_eq!(answers("smooth"), [[None], [None]]);
    let stumbled = fails("stumbling went wrong");
    assert_eq!(answers("stumbling"), [vec![stumbled, None], vec![None]]);
    let fell = || fails("the handler panicked: falling fell");
    assert_eq!(answers("falling"), [vec![fell(), fell(), None], vec![None]]);
    let lost = || fails("hopeless went wrong");
    assert_eq!(answers("hopeless"), [vec![lost(), lost(), lost()], vec![None], vec![None]]);
    let [nameless] = &answers("")[..] else { panic!("{performed:?}") };
    assert_eq!(nameless.len(), DELIVERIES);
    let refused = |it: &Option<String>| it.as_ref().is_some_and(|why| why.contains("empty"));
    assert!(nameless.iter().all(refused), "{nameless:?}");

    let acts = [("falling", 3), ("hopeless", 4), ("smooth", 1), ("stumbling", 2)];
    let named = |act: &str| format!("scenarios::acts::perform#{act}");
    assert_eq!(performed.begun, acts.map(|(act, times)| (act.to_owned(), times)).into());
    let complete = acts.map(|(act, _)| (named(act), "COMPLETE".to_owned()));
    assert_eq!(performed.notes, complete.into());
    // What is published leaves with success alone, what is told has been told.
    let takes = [("smooth", 1), ("stumbling", 2), ("falling", 3), ("hopeless", 4)];
    let spoken = takes.map(|(act, number)| Spoken { number, text: act.into() });
    assert_eq!(performed.spoken, spoken);
    let told =
        takes.iter().flat_map(|(act, times)| (1..=*times).map(move |n| format!("{act}, take {n}")));
    assert_eq!(performed.told, told.collect::<Vec<_>>());
}
