//! A handler that remembers what it has done, and what becomes of it where it fails.

use esteira::{Detail, Event, Get, Notify, Publish, Result, Table, Update, on_event};
use serde::{Deserialize, Serialize};

use crate::{Audience, Spoken, Stage};

/// An act is to be played, and only once.
#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Stage, source = "scenarios", detail_type = "Act Wanted", external)]
pub struct Act {
    /// Which one; a repetition has the same.
    pub act: String,
    /// How often it goes wrong before it does not.
    pub mishaps: u32,
    /// How it goes wrong.
    pub mishap: Mishap,
}

/// How an act goes wrong, when it has done all that it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Detail, Serialize, Deserialize)]
pub enum Mishap {
    /// With an error.
    Error,
    /// With a panic.
    Panic,
}

/// How often an act was begun.
#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Acts", partition_key = act)]
pub struct Begun {
    /// Which act.
    pub act: String,
    /// How often.
    pub times: u32,
}

/// What is asked for, in this order: each of it as often as AWS would deliver it, which is until
/// it succeeds and three times at most.
pub fn asked() -> Vec<Act> {
    let act = |act: &str, mishaps, mishap| Act { act: act.into(), mishaps, mishap };
    vec![
        act("smooth", 0, Mishap::Error),
        act("smooth", 0, Mishap::Error),
        act("stumbling", 1, Mishap::Error),
        act("stumbling", 1, Mishap::Error),
        act("falling", 2, Mishap::Panic),
        act("falling", 2, Mishap::Panic),
        // It is given up; asked for once more, it goes well.
        act("hopeless", 3, Mishap::Error),
        act("hopeless", 3, Mishap::Error),
        act("hopeless", 3, Mishap::Error),
        // The key has no text: it is never begun.
        act("", 0, Mishap::Error),
    ]
}

/// Plays an act once.
///
/// # Errors
///
/// As often as the act has mishaps.
#[on_event(rule = Act, idempotent(key = act, ttl = 7_200))]
pub async fn perform(
    act: Act,
    begins: Update<Begun>,
    begun: Get<Begun>,
    lines: Publish<Spoken>,
    audience: Notify<Audience>,
) -> Result<()> {
    let key = || Begun::key(act.act.clone());
    begins.update(key()).set(|it| it.times.plus(1)).await?;
    let times = begun.get(key()).consistent().await?.map_or(0, |it| it.times);
    // What is published leaves with success alone, what is told has been told.
    lines.publish(&Spoken { number: times, text: act.act.clone() })?;
    audience.notify(format!("{}, take {times}", act.act)).await?;
    match act.mishap {
        _ if times > act.mishaps => Ok(()),
        Mishap::Error => Err(format!("{} went wrong", act.act).into()),
        Mishap::Panic => panic!("{} fell", act.act),
    }
}
