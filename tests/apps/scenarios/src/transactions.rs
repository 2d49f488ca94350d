//! All or none.

use esteira::{CallError, Operation, transact};

use crate::{Mark, Page, Player, page};

async fn words(player: &Player, book: &str, number: u32) -> Option<i64> {
    let page = player.reads.get(Page::key(book, number)).consistent().await;
    page.expect("is answered").map(|page| page.words)
}

/// Takes words from a page, if there are as many.
fn take(player: &Player, book: &str, number: u32, amount: i64) -> Operation {
    let change = player.changes.update(Page::key(book, number));
    change.when(|page| page.words.at_least(amount)).set(|page| page.words.minus(amount)).into()
}

pub(crate) async fn all_or_none(player: &Player) {
    for number in 1..=2 {
        player.writes.put(&page("together", number)).await.expect("is put");
    }
    let operations = |amount| {
        [
            take(player, "together", 1, amount),
            player.writes.put(&page("together", 3)).if_absent().into(),
            player.deletes.delete(Page::key("together", 2u32)).if_exists().into(),
        ]
    };
    let refused = transact(operations(11)).await.expect_err("there are ten");
    assert!(refused.condition_failed_at(0), "{refused:?}");
    assert_eq!(words(player, "together", 1).await, Some(10));
    assert_eq!(words(player, "together", 2).await, Some(10));
    assert_eq!(words(player, "together", 3).await, None);

    transact(operations(4)).await.expect("there are ten");
    assert_eq!(words(player, "together", 1).await, Some(6));
    assert_eq!(words(player, "together", 2).await, None);
    assert_eq!(words(player, "together", 3).await, Some(10));
}

pub(crate) async fn reasons_have_their_positions(player: &Player) {
    let there = Page { note: Some("n".into()), ..page("reasons", 2) };
    player.writes.put(&page("reasons", 1)).await.expect("is put");
    player.writes.put(&there).await.expect("is put");
    let operations = [
        take(player, "reasons", 1, 1),
        player.writes.put(&page("reasons", 2)).if_absent().into(),
        player.deletes.delete(Page::key("reasons", 3u32)).if_exists().into(),
        player.writes.put(&page("reasons", 4)).into(),
    ];
    let error = transact(operations).await.expect_err("two of them fail");
    let failed: Vec<_> = (0..5).filter(|position| error.condition_failed_at(*position)).collect();
    assert_eq!(failed, [1, 2], "{error:?}");
    let existing = error.existing_at(1).expect("the item is brought along");
    assert_eq!(existing.read::<Page>(), Ok(there));
    assert_eq!(error.existing_at(2), None);
    assert!(!error.is_transient());
    assert_eq!(words(player, "reasons", 4).await, None);
}

pub(crate) async fn a_marker_lets_it_happen_once(player: &Player) {
    player.writes.put(&page("once", 1)).await.expect("is put");
    let mark = Mark { number: 17, text: "first".into() };
    let first = transact([take(player, "once", 1, 4)]).once(player.marks.put(&mark)).await;
    first.expect("is new");
    // Neither that it is there nor that there is too little: it was done.
    for amount in [4, 40] {
        let twin = Mark { text: "second".into(), ..mark.clone() };
        let again = transact([take(player, "once", 1, amount)]).once(player.marks.put(&twin)).await;
        let Err(CallError::AlreadyDone { existing }) = again else { panic!("{again:?}") };
        assert_eq!(existing.read::<Mark>(), Ok(mark.clone()));
    }
    assert_eq!(words(player, "once", 1).await, Some(6));

    let other = Mark { number: 18, text: "other".into() };
    let refused = transact([take(player, "once", 1, 40)]).once(player.marks.put(&other)).await;
    assert!(refused.expect_err("there are six").condition_failed_at(0), "the marker has none");
    let marked = player.marked.get(Mark::key(18)).consistent().await;
    assert_eq!(marked, Ok(None), "no marker without its effect");
}

pub(crate) async fn limits_are_checked_before_the_call(player: &Player) {
    let put = |number| Operation::from(player.writes.put(&page("limits", number)));
    for (operations, what) in [
        (Vec::new(), "none"),
        (vec![put(1), put(1)], "two on one item"),
        ((0..101).map(put).collect(), "101"),
        (vec![player.changes.update(Page::key("limits", 1u32)).into()], "no assignment"),
    ] {
        let refused = transact(operations).await;
        assert!(matches!(refused, Err(CallError::Invalid(_))), "{what}: {refused:?}");
    }
    transact((0..100).map(put)).await.expect("are as many as may be");
    let left = player.pages.query("limits").consistent().await;
    assert_eq!(left.map(|pages| pages.len()), Ok(100));
}
