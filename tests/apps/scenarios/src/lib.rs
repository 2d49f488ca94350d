//! What every store has to do, in memory as on AWS: an application whose handler [`play`] plays a
//! scenario with its handles and panics where something else comes of it than must.
//!
//! It is played twice: as the function that it is, with handles on `Memory`; and as the built
//! Lambda, against an emulator of AWS. So is [`library::browse`], with a client of the application's
//! own. What a handler remembers comes about around it, so that events are delivered to
//! [`acts::perform`]: by the local engine, and to the built Lambda.

use esteira::{
    Bus, Delete, Event, Get, Notify, Publish, Put, Query, Result, Table, Topic, Update, on_event,
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

pub mod acts;
mod conditions;
mod items;
pub mod library;
mod messages;
mod queries;
mod transactions;

/// Where scenarios are asked for, and say what they did.
#[derive(Debug, Bus)]
#[bus(name = "Stage")]
pub struct Stage;

/// Somebody wants to see a scenario.
#[derive(Debug, Clone, Event, Serialize, Deserialize)]
#[event(bus = Stage, source = "scenarios", detail_type = "Scenario Wanted", external)]
pub struct Wanted {
    /// Its name, one of [`NAMES`].
    pub scenario: String,
}

/// A line of a scenario.
#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Stage, source = "scenarios", detail_type = "Line Spoken", external)]
pub struct Spoken {
    /// Which line it is.
    pub number: u32,
    /// What is said.
    pub text: String,
}

/// Who is told.
#[derive(Debug, Topic)]
#[topic(name = "Audience")]
pub struct Audience;

/// Who is told what comes next, in its order and once.
#[derive(Debug, Topic)]
#[topic(name = "Programme", fifo)]
pub struct Programme;

/// A page of a book, with an attribute of each kind.
#[derive(Debug, Clone, Default, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Pages", partition_key = book, sort_key = number, ttl = expires)]
pub struct Page {
    book: String,
    number: u32,
    text: String,
    words: i64,
    weight: f64,
    draft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    lines: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<ByteBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
}

/// A place in the order of texts.
#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Words", partition_key = language, sort_key = word)]
pub struct Word {
    language: String,
    word: String,
    count: u64,
}

/// A table whose only key is a number.
#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Marks", partition_key = number)]
pub struct Mark {
    number: i64,
    text: String,
}

/// The handles of the one who plays. Each is used by a scenario, or the permission were too much.
struct Player {
    reads: Get<Page>,
    writes: Put<Page>,
    changes: Update<Page>,
    deletes: Delete<Page>,
    pages: Query<Page>,
    words: Query<Word>,
    word: Put<Word>,
    marks: Put<Mark>,
    marked: Get<Mark>,
    lines: Publish<Spoken>,
    audience: Notify<Audience>,
    programme: Notify<Programme>,
}

/// Plays the scenario that is wanted.
///
/// # Errors
///
/// There is none of that name.
#[on_event(rule = Wanted, memory = 512, timeout = 60)]
#[allow(clippy::too_many_arguments, reason = "a permission each")]
pub async fn play(
    wanted: Wanted,
    reads: Get<Page>,
    writes: Put<Page>,
    changes: Update<Page>,
    deletes: Delete<Page>,
    pages: Query<Page>,
    words: Query<Word>,
    word: Put<Word>,
    marks: Put<Mark>,
    marked: Get<Mark>,
    lines: Publish<Spoken>,
    audience: Notify<Audience>,
    programme: Notify<Programme>,
) -> Result<()> {
    let player = Player {
        reads,
        writes,
        changes,
        deletes,
        pages,
        words,
        word,
        marks,
        marked,
        lines,
        audience,
        programme,
    };
    by_name(&wanted.scenario, &player).await
}

macro_rules! scenarios {
    ($($module:ident: $($name:ident),+;)+) => {
        /// The names of all scenarios.
        pub const NAMES: &[&str] = &[$($(stringify!($name)),+),+];

        async fn by_name(name: &str, player: &Player) -> Result<()> {
            match name {
                $($(stringify!($name) => $module::$name(player).await,)+)+
                other => return Err(format!("no scenario `{other}`").into()),
            }
            Ok(())
        }
    };
}

scenarios! {
    items: what_was_put_is_got, a_missing_item_is_none, a_put_replaces_the_whole_item,
        numbers_keep_every_digit, texts_keep_every_character, a_deleted_item_is_gone,
        updates_create_and_count, every_assignment_sees_the_item_as_it_was,
        what_is_too_large_is_refused, bytes_are_kept_as_they_are;
    conditions: comparisons_are_of_values, conditions_combine, a_missing_attribute_is_neither,
        a_failed_condition_brings_the_item, puts_and_deletes_may_be_conditional;
    queries: a_query_stays_in_its_partition, a_query_runs_either_way, texts_are_in_byte_order,
        a_prefix_is_of_the_sort_key, pages_are_followed_to_the_end, a_limit_spans_pages;
    transactions: all_or_none, reasons_have_their_positions, a_marker_lets_it_happen_once,
        what_is_gathered_happens_once_each,
        limits_are_checked_before_the_call;
    messages: lines_leave_in_their_order, a_line_has_a_limit, the_audience_is_told,
        a_message_has_limits, a_message_may_carry_bytes, a_group_is_told_in_order,
        a_repetition_is_told_to_nobody, an_id_has_limits;
}

/// A page of a book of that name; each scenario has a book of its own.
fn page(book: &str, number: u32) -> Page {
    Page { book: book.into(), number, words: 10, text: "x".into(), ..Page::default() }
}
